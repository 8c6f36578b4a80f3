import type { RawDelivery } from '@waybill/messaging';
import { bringsBackWhatWasNotSettled } from '../behaviours/brings-back-what-was-not-settled.js';
import { bringsNothingSettledAgain } from '../behaviours/brings-nothing-settled-again.js';
import { disownsWhatItHeld } from '../behaviours/disowns-what-it-held.js';
import { forgivesSettlingTwice } from '../behaviours/forgives-settling-twice.js';
import { handlesEachMessageOnce } from '../behaviours/handles-each-message-once.js';
import { redeliversAfterACrash } from '../behaviours/redelivers-after-a-crash.js';
import { settlesEachForItself } from '../behaviours/settles-each-for-itself.js';
import { spendsNoAttemptOnInfrastructure } from '../behaviours/spends-no-attempt-on-infrastructure.js';
import { changeBrokers, changed, changeDeliveries, changeTaking } from './mutation.js';
import type { Mutant } from './mutant.js';

export const settlingMutants: readonly Mutant[] = [
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
];
