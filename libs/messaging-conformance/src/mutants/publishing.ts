import type { OutgoingMessage, PublishResult } from '@waybill/messaging';
import { InfrastructureError } from '@waybill/messaging';
import { answersUnknownWhenCutOff } from '../behaviours/answers-unknown-when-cut-off.js';
import { closesAfterWhatIsInFlight } from '../behaviours/closes-after-what-is-in-flight.js';
import { confirmsWhatIsStored } from '../behaviours/confirms-what-is-stored.js';
import { keepsPublishersApart } from '../behaviours/keeps-publishers-apart.js';
import { keepsTheOrderOfABatch } from '../behaviours/keeps-the-order-of-a-batch.js';
import { prefersTheUrgent } from '../behaviours/prefers-the-urgent.js';
import { publishesAgainWhenRestored } from '../behaviours/publishes-again-when-restored.js';
import { refusesAnAbsentAddress } from '../behaviours/refuses-an-absent-address.js';
import { refusesWhatIsTooLarge } from '../behaviours/refuses-what-is-too-large.js';
import { spoilsNoOtherOfABatch } from '../behaviours/spoils-no-other-of-a-batch.js';
import { changeBrokers, changePublishers } from './mutation.js';
import type { Mutant } from './mutant.js';

const confirmed: PublishResult = { status: 'confirmed' };
const unknown: PublishResult = { status: 'unknown', because: new InfrastructureError('a mutant') };

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export const publishingMutants: readonly Mutant[] = [
  {
    name: 'confirms what it throws away',
    failing: [confirmsWhatIsStored],
    mutate: changePublishers(() => ({ publish: async (batch) => batch.map(() => confirmed) })),
  },
  {
    name: 'writes a batch from its end',
    failing: [keepsTheOrderOfABatch],
    mutate: changePublishers(({ publish }) => ({
      publish: async (batch) => (await publish(batch.toReversed())).toReversed(),
    })),
  },
  {
    name: 'says confirmed of what was refused or is unknown',
    failing: [refusesAnAbsentAddress, refusesWhatIsTooLarge, answersUnknownWhenCutOff],
    mutate: changePublishers(({ publish }) => ({
      publish: async (batch) => (await publish(batch)).map(() => confirmed),
    })),
  },
  {
    name: 'throws when it is cut off',
    failing: [answersUnknownWhenCutOff],
    mutate: changePublishers(({ publish }) => ({
      publish: async (batch) => {
        const results = await publish(batch);
        for (const result of results) if (result.status === 'unknown') throw result.because;
        return results;
      },
    })),
  },
  {
    name: 'waits for ever when it is cut off',
    failing: [answersUnknownWhenCutOff],
    mutate: changePublishers(({ publish }) => ({
      publish: async (batch) => {
        const results = await publish(batch);
        const isKnown = results.every(({ status }) => status !== 'unknown');
        return isKnown ? results : new Promise(() => undefined);
      },
    })),
  },
  {
    name: 'refuses a whole batch for one message',
    failing: [spoilsNoOtherOfABatch],
    mutate: changePublishers(({ publish }) => ({
      publish: async (batch) => {
        const results = await publish(batch);
        const refused = results.find(({ status }) => status === 'refused');
        return refused ? results.map(() => refused) : results;
      },
    })),
  },
  {
    name: 'closes a publisher at once',
    failing: [closesAfterWhatIsInFlight],
    mutate: changePublishers(({ publish }) => ({
      publish: (batch) => pause(30).then(() => publish(batch)),
      close: async () => undefined,
    })),
  },
  {
    name: 'does not connect again to publish',
    failing: [publishesAgainWhenRestored],
    mutate: (underTest) => ({
      ...underTest,
      connect: async () => {
        const connection = await underTest.connect();
        return { ...connection, restore: () => undefined };
      },
    }),
  },
  {
    name: 'shares one connection among publishers, and closes it with the first',
    failing: [keepsPublishersApart],
    mutate: changeBrokers((broker) => {
      let closed = false;
      return {
        publisher: (purpose) => {
          const publisher = broker.publisher(purpose);
          return {
            publish: async (batch) => (closed ? batch.map(() => unknown) : publisher.publish(batch)),
            close: async () => void (closed = true),
          };
        },
      };
    }),
  },
  {
    name: 'forgets the priority',
    failing: [prefersTheUrgent],
    mutate: changePublishers(({ publish }) => ({
      publish: (batch) =>
        publish(batch.map(({ address, message }): OutgoingMessage => ({ address, message }))),
    })),
  },
];
