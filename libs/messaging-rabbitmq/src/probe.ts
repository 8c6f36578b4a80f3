import type { Message } from 'amqplib';
import { attempt } from './administration.js';
import { ConfirmingChannel } from './confirming-channel.js';
import type { OutgoingRecord } from './outgoing-record.js';
import { PublishCall } from './publish-call.js';
import { ConfirmTimeoutError } from './rabbitmq.errors.js';
import type { Route } from './rabbitmq.options.js';
import type { Session } from './session.js';

const probeHeader = 'waybill-probe';

/**
 * Whether any queue is bound to the exchange with this key. AMQP has no question for it, but returns a `mandatory` message
 * that no queue takes. Rejects when the broker does not say.
 *
 * The probe expires at once, so that nobody finds it: in an empty queue it is gone, and behind others it is dropped when it
 * comes to the head, counting as one of them until then. Only a consumer that waits for a message is handed it first; ours
 * settle it unseen.
 */
export async function leadsSomewhere(route: Route, session: Session, timeoutMs: number): Promise<boolean> {
  if (await isMissing(route.exchange, session)) return false;
  const channel = await ConfirmingChannel.open(session);
  const call = new PublishCall(1);
  call.expireAfter(timeoutMs, () => ({ status: 'unknown', because: new ConfirmTimeoutError(timeoutMs) }));
  channel.write(probeTo(route), (result) => call.settle(0, result));
  const [result] = await call.results;
  if (result?.status === 'unknown') throw result.because;
  return result?.status === 'confirmed';
}

export function isProbe({ properties }: Pick<Message, 'properties'>): boolean {
  return properties.headers?.[probeHeader] !== undefined;
}

/** Asked for first, since publishing to it would cost the session. The default exchange is always there. */
async function isMissing(exchange: string, session: Session): Promise<boolean> {
  if (exchange === '') return false;
  return (await attempt(session, (channel) => channel.checkExchange(exchange))) !== undefined;
}

function probeTo({ exchange, routingKey }: Route): OutgoingRecord {
  const properties = { type: 'waybill.probe', expiration: '0', headers: { [probeHeader]: routingKey } };
  return { exchange, routingKey, body: Buffer.from('is a queue bound?'), properties };
}
