import { administer } from './administration.js';
import type { RabbitmqOptions } from './rabbitmq.options.js';
import type { Session } from './session.js';

/** The broker's version, such as `3.10.8`. Rejects with the socket's or the handshake's error when it cannot be asked. */
export function serverVersion(options: Pick<RabbitmqOptions, 'url' | 'ssl'>): Promise<string> {
  return administer(options, async (session) => versionOf(session));
}

/** As the broker said in its handshake. */
export function versionOf({ model }: Session): string {
  return String(model.connection.serverProperties.version);
}
