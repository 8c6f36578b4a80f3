import type { RewindTarget } from '@waybill/messaging-kafka';
import { timeMsOf } from '../iso-time.ts';
import { WaybillError } from '../waybill.errors.ts';

/** A time, or places as `list` and journeys show them: topic, partition, offset. */
export function targetOf(given: readonly string[]): RewindTarget {
  const places = given.map(placeOf);
  if (places.every((place) => place !== undefined)) return { places };
  const timeMs = timeMsOf(given[0]!);
  if (given.length === 1 && timeMs !== undefined) return { timeMs };
  throw new WaybillError(
    `--to takes one time such as 2026-11-24T10:00:00Z, or places such as payments/3/1200; not ${given.join(' ')}`,
  );
}

function placeOf(text: string) {
  const [, topic, partition, offset] = /^(.+)\/(\d+)\/(\d+)$/.exec(text) ?? [];
  if (!topic) return undefined;
  return { topic, partition: Number(partition), offset: BigInt(offset!) };
}
