import { connect } from 'amqplib';
import { isIP } from 'node:net';
import { ConnectionLostError } from './rabbitmq.errors.js';
import type { NormalRabbitmqOptions } from './rabbitmq.options.js';
import { Session } from './session.js';

type Target = Pick<
  NormalRabbitmqOptions,
  'url' | 'ssl' | 'clientName' | 'connectTimeoutMs' | 'closeTimeoutMs' | 'heartbeatSeconds'
>;

/** Connects once. Rejects when the broker does not answer in time, refuses, or `signal` aborts. */
export async function openSession(target: Target, purpose: string, signal: AbortSignal): Promise<Session> {
  const opening = connect(withHeartbeat(target), socketOptions(target, purpose)).then(
    (model) => new Session(model, target.closeTimeoutMs),
  );
  const session = await Promise.race([opening, aborted(signal)]);
  if (session) return session;
  // The handshake may still succeed after we gave up; nobody would ever close that connection.
  opening.then(
    (late) => late.close(),
    () => undefined,
  );
  throw new ConnectionLostError('closed while connecting');
}

/** The smaller of both sides' wishes counts, so the server's default of 60 s cannot lengthen ours. */
function withHeartbeat({ url, heartbeatSeconds }: Target): string {
  const address = new URL(url);
  address.searchParams.set('heartbeat', String(heartbeatSeconds));
  return address.toString();
}

/** `noDelay`: with Nagle's algorithm a lone acknowledgement waits up to 40 ms for the peer's. */
function socketOptions({ url, ssl, clientName, connectTimeoutMs }: Target, purpose: string) {
  const { hostname } = new URL(url);
  return {
    ...ssl,
    // Told to a server that holds certificates for several names, which amqplib leaves out.
    ...(!isIP(hostname.replace(/^\[|\]$/g, '')) && { servername: hostname }),
    noDelay: true,
    keepAlive: true,
    timeout: connectTimeoutMs,
    clientProperties: { connection_name: `${clientName}:${purpose}` },
  };
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
