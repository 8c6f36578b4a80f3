import type { RabbitmqArguments, RabbitmqQueue } from '@waybill/messaging';

/** What the queue is declared with on a broker of this version, such as `3.10.8`; a version that cannot be read is a new one. */
export function queueArguments(queue: RabbitmqQueue, version: string): RabbitmqArguments {
  const { arguments: usual, argumentsBelow4: older = usual } = queue;
  return Number.parseInt(version, 10) < 4 ? older : usual;
}
