import type { Command } from '../command.ts';
import { timeMsOf } from '../iso-time.ts';
import type { Declared } from '../subscriptions/declared.ts';
import { WaybillError } from '../waybill.errors.ts';

/** A span of time whose messages are told again. */
export interface Request {
  readonly fromMs: number;
  readonly toMs: number;
  readonly broker?: string;
}

const brokers = ['kafka', 'rabbitmq', 'sqs'];
const dayMs = 86_400_000;

export function requestOf(
  { ids, from = '', to, broker, reason, dryRun }: Command,
  nowMs: number = Date.now(),
): Request {
  const fromMs = timeMsOf(from);
  const toMs = to.length > 0 ? timeMsOf(to[0]!) : nowMs;
  if (ids.length > 0) throw new WaybillError(`republish takes options only, not ${ids.join(' ')}`);
  if (fromMs === undefined)
    throw new WaybillError('republish needs --from TIME, such as 2026-11-24T10:00:00Z');
  if (toMs === undefined || to.length > 1)
    throw new WaybillError('--to takes one time, such as 2026-11-24T12:00:00Z');
  if (toMs <= fromMs) throw new WaybillError('--from must lie before --to, which is now by default');
  if (broker !== undefined && !brokers.includes(broker))
    throw new WaybillError(`--broker ${broker} must be one of ${brokers.join(', ')}`);
  if (!reason && !dryRun)
    throw new WaybillError('republish needs --reason "why", which is kept with the operation');
  return { fromMs, toMs, ...(broker !== undefined && { broker }) };
}

/** Subscriptions that may have forgotten whether they have handled messages of that time; a day is for the sending. */
export function forgetful(
  { fromMs, broker }: Request,
  declared: readonly Pick<Declared, 'name' | 'broker' | 'replaySafe' | 'inboxDays'>[],
  nowMs: number = Date.now(),
): string[] {
  return declared
    .filter((each) => broker === undefined || each.broker === broker)
    .filter(({ replaySafe, inboxDays }) => !replaySafe && fromMs < nowMs - (inboxDays - 1) * dayMs)
    .map(({ name, inboxDays }) => `${name} (${inboxDays} days)`);
}
