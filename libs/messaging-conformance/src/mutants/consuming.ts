import { randomUUID } from 'node:crypto';
import { countsWhatWaits } from '../behaviours/counts-what-waits.js';
import { deliversWhatCameBefore } from '../behaviours/delivers-what-came-before.js';
import { givesEachSubscriptionItsOwnCopy } from '../behaviours/gives-each-subscription-its-own-copy.js';
import { holdsNoMoreThanThePrefetch } from '../behaviours/holds-no-more-than-the-prefetch.js';
import { keepsAKeyWithOneConsumer } from '../behaviours/keeps-a-key-with-one-consumer.js';
import { keepsKeyOrderUnderLoad } from '../behaviours/keeps-key-order-under-load.js';
import { keepsKeyOrderWithNeighboursParallel } from '../behaviours/keeps-key-order-with-neighbours-parallel.js';
import { parksAndReleasesInOrder } from '../behaviours/parks-and-releases-in-order.js';
import { replaysHistory } from '../behaviours/replays-history.js';
import { sharesTheWork } from '../behaviours/shares-the-work.js';
import { standsStillAsATerminalReader } from '../behaviours/stands-still-as-a-terminal-reader.js';
import { tellsOfRedelivery } from '../behaviours/tells-of-redelivery.js';
import { tellsWhereItWasRead } from '../behaviours/tells-where-it-was-read.js';
import {
  changeBrokers,
  changeConsumers,
  changeDeliveries,
  changeSubscriptions,
  changeTaking,
} from './mutation.js';
import type { Mutant } from './mutant.js';

export const consumingMutants: readonly Mutant[] = [
  {
    name: 'begins at the end of what was published',
    failing: [deliversWhatCameBefore, replaysHistory],
    mutate: changeBrokers((broker) => ({
      consumer: (subscription, take) => {
        let old = true;
        setTimeout(() => (old = false), 1_000); // by then all that was there has come
        return broker.consumer(subscription, (deliveries) => old || take(deliveries));
      },
    })),
  },
  {
    name: 'has one queue for all subscriptions of an address',
    failing: [givesEachSubscriptionItsOwnCopy],
    mutate: changeSubscriptions((subscription) => ({ ...subscription, name: subscription.addresses[0]! })),
  },
  {
    name: 'has a queue for each consumer',
    failing: [sharesTheWork],
    mutate: changeSubscriptions((subscription) => ({ ...subscription, name: randomUUID() })),
  },
  {
    name: 'knows no prefetch',
    failing: [holdsNoMoreThanThePrefetch],
    mutate: changeSubscriptions((subscription) => ({ ...subscription, prefetch: 1_000 })),
  },
  {
    name: 'knows no keys',
    failing: [keepsAKeyWithOneConsumer, keepsKeyOrderUnderLoad],
    mutate: changeSubscriptions((subscription) => ({ ...subscription, order: 'none' })),
  },
  {
    name: 'takes everything for new',
    failing: [tellsOfRedelivery],
    mutate: changeDeliveries(() => ({ origin }) => ({ origin: { ...origin, redelivered: false } })),
  },
  {
    name: 'tells the subscription for the address',
    failing: [tellsWhereItWasRead],
    mutate: changeDeliveries(({ name }) => ({ origin }) => ({ origin: { ...origin, address: name } })),
  },
  {
    name: 'hands over a batch from its end',
    failing: [keepsKeyOrderWithNeighboursParallel, parksAndReleasesInOrder, standsStillAsATerminalReader],
    mutate: changeTaking((take) => (deliveries) => take(deliveries.toReversed())),
  },
  {
    name: 'says that nothing waits',
    failing: [countsWhatWaits],
    mutate: changeConsumers(() => ({ waiting: async () => 0 })),
  },
];
