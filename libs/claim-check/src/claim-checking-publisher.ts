import {
  classifyFailure,
  inTraceFrom,
  type OutgoingMessage,
  type Publisher,
  type PublishResult,
} from '@waybill/messaging';
import type { ClaimStore } from './claim-store.js';
import { withClaim } from './claim.js';

export interface ClaimCheckOptions {
  readonly store: ClaimStore;
  /** Top-level texts of a JSON body that may be exchanged for a claim, by address. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
  /** In bytes of UTF-8; what is not larger travels in the message. Default 1,024. */
  readonly thresholdBytes?: number;
}

type Checked = { readonly outgoing: OutgoingMessage } | { readonly failed: Error };

const uploadsAtOnce = 8;

/**
 * Uploads large fields before the message that points to them is published. Dying between the two leaves an object that
 * nobody names; the row is sent again and overwrites it.
 *
 * A message whose upload fails is `unknown`, like all later ones of its key: the relay sends them again, in order. One that
 * the store will never take is `refused`, and holds up its key alone.
 */
export function claimChecking(publisher: Publisher, options: ClaimCheckOptions): Publisher {
  return {
    publish: (batch) => publishChecked(batch, publisher, options),
    close: () => publisher.close(),
  };
}

async function publishChecked(
  batch: readonly OutgoingMessage[],
  publisher: Publisher,
  options: ClaimCheckOptions,
): Promise<readonly PublishResult[]> {
  const checked: Checked[] = [];
  for (let first = 0; first < batch.length; first += uploadsAtOnce)
    checked.push(
      ...(await Promise.all(batch.slice(first, first + uploadsAtOnce).map((each) => check(each, options)))),
    );
  const stopped = new Map<string, Error>();
  const going: OutgoingMessage[] = [];
  const results = batch.map(({ message: { key } }, index): PublishResult | undefined => {
    const each = checked[index]!;
    if ('failed' in each && !(key && stopped.has(key))) {
      stopped.set(key, each.failed);
      return { status: statusOf(each.failed), because: each.failed };
    }
    const because = stopped.get(key);
    if (because && key !== '') return { status: 'unknown', because };
    if ('outgoing' in each) going.push(each.outgoing);
    return undefined;
  });
  const published = going.length > 0 ? [...(await publisher.publish(going))] : [];
  return results.map((result) => result ?? published.shift()!);
}

const statusOf = (error: Error): 'refused' | 'unknown' =>
  classifyFailure(error) === 'fatal' ? 'refused' : 'unknown';

async function check(outgoing: OutgoingMessage, options: ClaimCheckOptions): Promise<Checked> {
  const fields = options.fields[outgoing.address] ?? [];
  const payload = fields.length > 0 ? payloadOf(outgoing) : undefined;
  if (!payload) return { outgoing };
  try {
    const { attributes } = outgoing.message;
    const claimed = await inTraceFrom(attributes, () => claim(payload, fields, outgoing, options));
    const body = Buffer.from(JSON.stringify(claimed));
    return { outgoing: { ...outgoing, message: { ...outgoing.message, body } } };
  } catch (error) {
    return { failed: error instanceof Error ? error : new Error(String(error)) };
  }
}

async function claim(
  payload: Readonly<Record<string, unknown>>,
  fields: readonly string[],
  { message }: OutgoingMessage,
  { store, thresholdBytes = 1_024 }: ClaimCheckOptions,
): Promise<Readonly<Record<string, unknown>>> {
  let claimed = payload;
  for (const field of fields) {
    const text = payload[field];
    if (typeof text !== 'string' || Buffer.byteLength(text) <= thresholdBytes) continue;
    claimed = withClaim(
      claimed,
      field,
      await store.put(message.attributes['id'] ?? '', field, Buffer.from(text)),
    );
  }
  return claimed;
}

/** Nothing for a body that is no JSON object: it travels as it is. */
function payloadOf({ message }: OutgoingMessage): Readonly<Record<string, unknown>> | undefined {
  try {
    const payload: unknown = JSON.parse(Buffer.from(message.body).toString());
    if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return undefined;
    return payload as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}
