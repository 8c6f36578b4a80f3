import { consumesAgainWhenRestored } from '../behaviours/consumes-again-when-restored.js';
import { doesNotGuessWhatItCannotAsk } from '../behaviours/does-not-guess-what-it-cannot-ask.js';
import { endsAllWithTheBroker } from '../behaviours/ends-all-with-the-broker.js';
import { namesWhatIsMissing } from '../behaviours/names-what-is-missing.js';
import { refusesBadOptions } from '../behaviours/refuses-bad-options.js';
import { standsAPausedBroker } from '../behaviours/stands-a-paused-broker.js';
import { survivesARestartOfTheBroker } from '../behaviours/survives-a-restart-of-the-broker.js';
import { tellsItsHealth } from '../behaviours/tells-its-health.js';
import { idOf } from '../messages.js';
import { changeBrokers, changeConsumers, changePublishers, changeTaking, type Mutation } from './mutation.js';
import type { Mutant } from './mutant.js';

/** Consumers that a failure has ended for good. */
const staysAway: Mutation = (underTest) => {
  const ends: (() => void)[] = [];
  const endAll = () => ends.forEach((end) => end());
  const { restart, pause, resume } = underTest.faults!;
  const consuming = changeConsumers((consumer) => {
    ends.push(() => void consumer.close());
    return {};
  })(underTest);
  return {
    ...consuming,
    connect: async () => {
      const connection = await consuming.connect();
      return {
        ...connection,
        cut: () => {
          connection.cut();
          endAll();
        },
      };
    },
    faults: {
      restart: () => restart().then(endAll),
      pause: () => pause().then(endAll),
      resume,
    },
  };
};

/** Consumers that begin after a restart find nothing that was published before it. */
const keepsNothing: Mutation = (underTest) => {
  const published = new Set<string>();
  let lost: ReadonlySet<string> = new Set();
  const publishing = changePublishers(({ publish }) => ({
    publish: (batch) => {
      for (const { message } of batch) published.add(idOf(message));
      return publish(batch);
    },
  }));
  const taking = changeTaking((take) => {
    const lostBefore = lost;
    return (deliveries) => take(deliveries.filter(({ message }) => !lostBefore.has(idOf(message))));
  });
  const { restart, ...faults } = underTest.faults!;
  return {
    ...taking(publishing(underTest)),
    faults: { ...faults, restart: () => restart().then(() => void (lost = new Set(published))) },
  };
};

export const failingMutants: readonly Mutant[] = [
  {
    name: 'stays away once the broker was gone',
    failing: [consumesAgainWhenRestored, survivesARestartOfTheBroker, standsAPausedBroker],
    mutate: staysAway,
  },
  {
    name: 'keeps nothing over a restart',
    failing: [survivesARestartOfTheBroker],
    mutate: keepsNothing,
  },
  {
    name: 'says that it is well, whatever happens',
    failing: [tellsItsHealth],
    mutate: changeBrokers(() => ({ health: () => ({ state: 'connected' }) })),
  },
  {
    name: 'finds no fault with anything',
    failing: [namesWhatIsMissing, doesNotGuessWhatItCannotAsk],
    mutate: changeBrokers(() => ({ problemsWith: async () => [] })),
  },
  {
    name: 'outlives its own close',
    failing: [endsAllWithTheBroker],
    mutate: changeBrokers(() => ({ close: async () => undefined })),
  },
  {
    name: 'takes any options',
    failing: [refusesBadOptions],
    mutate: (underTest) => ({
      ...underTest,
      badOptions: [{ option: 'brokers', open: () => undefined }],
    }),
  },
];
