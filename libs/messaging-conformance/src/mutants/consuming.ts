import type { RawDelivery } from '@waybill/messaging';
import { randomUUID } from 'node:crypto';
import { bringsBackWhatWasNotSettled } from '../behaviours/brings-back-what-was-not-settled.js';
import { bringsNothingSettledAgain } from '../behaviours/brings-nothing-settled-again.js';
import { closesWhatNeverStarted } from '../behaviours/closes-what-never-started.js';
import { countsWhatWaits } from '../behaviours/counts-what-waits.js';
import { deliversWhatCameBefore } from '../behaviours/delivers-what-came-before.js';
import { disownsWhatItHeld } from '../behaviours/disowns-what-it-held.js';
import { drainsWhatIsInFlight } from '../behaviours/drains-what-is-in-flight.js';
import { forgivesSettlingTwice } from '../behaviours/forgives-settling-twice.js';
import { givesEachSubscriptionItsOwnCopy } from '../behaviours/gives-each-subscription-its-own-copy.js';
import { handlesEachMessageOnce } from '../behaviours/handles-each-message-once.js';
import { handsOverNothingAfterClose } from '../behaviours/hands-over-nothing-after-close.js';
import { holdsNoMoreThanThePrefetch } from '../behaviours/holds-no-more-than-the-prefetch.js';
import { keepsAKeyWithOneConsumer } from '../behaviours/keeps-a-key-with-one-consumer.js';
import { keepsKeyOrderUnderLoad } from '../behaviours/keeps-key-order-under-load.js';
import { keepsKeyOrderWithNeighboursParallel } from '../behaviours/keeps-key-order-with-neighbours-parallel.js';
import { parksAndReleasesInOrder } from '../behaviours/parks-and-releases-in-order.js';
import { rebalancesUnderLoad } from '../behaviours/rebalances-under-load.js';
import { redeliversAfterACrash } from '../behaviours/redelivers-after-a-crash.js';
import { replaysHistory } from '../behaviours/replays-history.js';
import { settlesEachForItself } from '../behaviours/settles-each-for-itself.js';
import { sharesTheWork } from '../behaviours/shares-the-work.js';
import { spendsNoAttemptOnInfrastructure } from '../behaviours/spends-no-attempt-on-infrastructure.js';
import { standsStillAsATerminalReader } from '../behaviours/stands-still-as-a-terminal-reader.js';
import { stopsTaking } from '../behaviours/stops-taking.js';
import { tellsOfRedelivery } from '../behaviours/tells-of-redelivery.js';
import { tellsWhereItWasRead } from '../behaviours/tells-where-it-was-read.js';
import {
  changeBrokers,
  changeConsumers,
  changed,
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
        setTimeout(() => (old = false), 20);
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
    name: 'settles by handing over',
    failing: [bringsBackWhatWasNotSettled, redeliversAfterACrash],
    mutate: changeTaking((take) => (deliveries) => {
      for (const delivery of deliveries) void delivery.done();
      take(deliveries);
    }),
  },
  {
    name: 'settles all that came before, too',
    failing: [settlesEachForItself],
    mutate: changeDeliveries(() => {
      const before: RawDelivery[] = [];
      return (delivery) => {
        const here = before.push(delivery);
        return {
          done: async () => void (await Promise.all(before.slice(0, here).map((each) => each.done()))),
        };
      };
    }),
  },
  {
    name: 'does not settle',
    failing: [bringsNothingSettledAgain, handlesEachMessageOnce],
    mutate: changeDeliveries(() => () => ({ done: async () => undefined })),
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
    name: 'believes to hold what it has given back',
    failing: [disownsWhatItHeld],
    mutate: changeDeliveries(() => () => ({ current: true })),
  },
  {
    name: 'gives up what it holds, and tells nobody',
    failing: [spendsNoAttemptOnInfrastructure],
    mutate: changeTaking((take) => (deliveries) => {
      let current = true;
      setTimeout(() => (current = false), 50);
      take(
        deliveries.map((delivery) =>
          Object.defineProperty(changed(delivery, {}), 'current', { get: () => current }),
        ),
      );
    }),
  },
  {
    name: 'loses its connection when a delivery is settled twice',
    failing: [forgivesSettlingTwice],
    mutate: changeBrokers((broker) => ({
      consumer: (subscription, take) => {
        const settled = new Set<RawDelivery>();
        const consumer = broker.consumer(subscription, (deliveries) =>
          take(
            deliveries.map((delivery) =>
              changed(delivery, {
                done: async () => {
                  if (settled.has(delivery)) return consumer.close();
                  settled.add(delivery);
                  return delivery.done();
                },
              }),
            ),
          ),
        );
        return consumer;
      },
    })),
  },
  {
    name: 'hands over a batch from its end',
    failing: [keepsKeyOrderWithNeighboursParallel, parksAndReleasesInOrder, standsStillAsATerminalReader],
    mutate: changeTaking((take) => (deliveries) => take(deliveries.toReversed())),
  },
  {
    name: 'goes on taking when told to stop',
    failing: [stopsTaking, drainsWhatIsInFlight],
    mutate: changeConsumers(() => ({ stopTaking: async () => undefined })),
  },
  {
    name: 'throws away what comes once it is told to stop',
    failing: [rebalancesUnderLoad],
    mutate: changeBrokers((broker) => ({
      consumer: (subscription, take) => {
        let stopping = false;
        const consumer = broker.consumer(subscription, (deliveries) => {
          if (!stopping) return take(deliveries);
          for (const delivery of deliveries) void delivery.done();
        });
        return {
          start: () => consumer.start(),
          stopTaking: async () => void (stopping = true),
          close: () => consumer.close(),
          waiting: () => consumer.waiting(),
        };
      },
    })),
  },
  {
    name: 'lives on when closed',
    failing: [handsOverNothingAfterClose],
    mutate: changeConsumers(() => ({ close: async () => undefined })),
  },
  {
    name: 'hangs when closed a second time',
    failing: [closesWhatNeverStarted],
    mutate: changeConsumers((consumer) => {
      let closed = false;
      return {
        close: () => {
          if (closed) return new Promise(() => undefined);
          closed = true;
          return consumer.close();
        },
      };
    }),
  },
  {
    name: 'hangs when closed before it was started',
    failing: [closesWhatNeverStarted],
    mutate: changeConsumers((consumer) => {
      let started = false;
      return {
        start: () => {
          started = true;
          return consumer.start();
        },
        close: () => (started ? consumer.close() : new Promise(() => undefined)),
      };
    }),
  },
  {
    name: 'says that nothing waits',
    failing: [countsWhatWaits],
    mutate: changeConsumers(() => ({ waiting: async () => 0 })),
  },
];
