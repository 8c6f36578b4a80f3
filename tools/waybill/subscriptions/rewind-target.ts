import type { RewindTarget } from '@waybill/messaging-kafka';
import { WaybillError } from '../waybill.errors.ts';

/** A time, or places as `list` and journeys show them: topic, partition, offset. */
export function targetOf(given: readonly string[]): RewindTarget {
  const places = given.map(placeOf);
  if (places.every((place) => place !== undefined)) return { places };
  const timeMs = Date.parse(given[0]!);
  if (given.length === 1 && isoTime.test(given[0]!) && !Number.isNaN(timeMs)) return { timeMs };
  throw new WaybillError(
    `--to takes one time such as 2026-11-24T10:00:00Z, or places such as payments/3/1200; not ${given.join(' ')}`,
  );
}

/** With its zone: nobody should have to guess whose ten o'clock it was. */
const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

function placeOf(text: string) {
  const [, topic, partition, offset] = /^(.+)\/(\d+)\/(\d+)$/.exec(text) ?? [];
  if (!topic) return undefined;
  return { topic, partition: Number(partition), offset: BigInt(offset!) };
}
