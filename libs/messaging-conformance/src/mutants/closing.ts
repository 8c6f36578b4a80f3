import { closesWhatNeverStarted } from '../behaviours/closes-what-never-started.js';
import { drainsWhatIsInFlight } from '../behaviours/drains-what-is-in-flight.js';
import { handsOverNothingAfterClose } from '../behaviours/hands-over-nothing-after-close.js';
import { rebalancesUnderLoad } from '../behaviours/rebalances-under-load.js';
import { stopsTaking } from '../behaviours/stops-taking.js';
import { changeBrokers, changeConsumers } from './mutation.js';
import type { Mutant } from './mutant.js';

export const closingMutants: readonly Mutant[] = [
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
];
