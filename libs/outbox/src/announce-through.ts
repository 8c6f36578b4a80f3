import type { Announce, Contract, DeliveryNotice } from '@waybill/messaging';
import type { Destination, OutboxRoutes } from './new-message.js';
import type { Outbox } from './outbox.js';

/** Sends what a consumer tells about its deliveries through its outbox, keyed by what each message was about. */
export function announceThrough(
  outbox: Pick<Outbox, 'add'>,
  contracts: Readonly<Record<DeliveryNotice['kind'], Contract>>,
): Announce {
  return (notices, transaction) =>
    outbox.add(
      notices.map((notice) => ({
        contract: contracts[notice.kind],
        key: notice.subject,
        subject: notice.subject,
        payload: notice,
      })),
      transaction,
    );
}

/** The same destination for each of these contracts. */
export function routesTo(destination: Destination, contracts: readonly Contract[]): OutboxRoutes {
  return Object.fromEntries(contracts.map(({ type }) => [type, () => [destination]]));
}
