import { administer } from './administration.js';
import type { RabbitmqOptions } from './rabbitmq.options.js';

/** The broker's version, such as `3.10.8`. Rejects with the socket's or the handshake's error when it cannot be asked. */
export function serverVersion(options: Pick<RabbitmqOptions, 'url'>): Promise<string> {
  return administer(options, async ({ model }) => String(model.connection.serverProperties.version));
}
