import {
  controlType,
  deadLetterAddress,
  keptAsMessage,
  readControl,
  type OutgoingMessage,
} from '@waybill/messaging';
import { correctsADeadLetter } from '../behaviours/corrects-a-dead-letter.js';
import { deadLettersAnyBytes } from '../behaviours/dead-letters-any-bytes.js';
import { deadLettersFromARetryAtHome } from '../behaviours/dead-letters-from-a-retry-at-home.js';
import { deadLettersFromItsInletAtHome } from '../behaviours/dead-letters-from-its-inlet-at-home.js';
import { deadLettersTheUndecodableAtOnce } from '../behaviours/dead-letters-the-undecodable-at-once.js';
import { deadLettersWhatNoRetryHasRoomFor } from '../behaviours/dead-letters-what-no-retry-has-room-for.js';
import { deadLettersWhenItsAttemptsAreSpent } from '../behaviours/dead-letters-when-its-attempts-are-spent.js';
import { deadLettersWithHeaders } from '../behaviours/dead-letters-with-headers.js';
import { discardsForGood } from '../behaviours/discards-for-good.js';
import { holdsNoRetryUpByALongerOne } from '../behaviours/holds-no-retry-up-by-a-longer-one.js';
import { keepsTheMessageOverEveryHop } from '../behaviours/keeps-the-message-over-every-hop.js';
import { keepsTheOriginalUntilItIsSettled } from '../behaviours/keeps-the-original-until-it-is-settled.js';
import { keepsWhatItCannotSetAside } from '../behaviours/keeps-what-it-cannot-set-aside.js';
import { overtakesAFailingMessage } from '../behaviours/overtakes-a-failing-message.js';
import { readsItsInlet } from '../behaviours/reads-its-inlet.js';
import { replacesTheHeadersOfAnEarlierHop } from '../behaviours/replaces-the-headers-of-an-earlier-hop.js';
import { replaysToOneSubscriptionOnly } from '../behaviours/replays-to-one-subscription-only.js';
import { retriesAfterTheDelay } from '../behaviours/retries-after-the-delay.js';
import { retriesForOneSubscriptionOnly } from '../behaviours/retries-for-one-subscription-only.js';
import { retriesUntilItSucceeds } from '../behaviours/retries-until-it-succeeds.js';
import { storesADeadLetterBeforeItSaysSo } from '../behaviours/stores-a-dead-letter-before-it-says-so.js';
import { behindRetries } from './behind-retries.js';
import { changeBrokers, changed, changeDeliveries, changePublishers, changeTaking } from './mutation.js';
import type { Mutant } from './mutant.js';

/** Timers that end in the same millisecond may swap. */
const inTurnMs = 20;

const dueHeader = 'waybill-due-at';

export const hopMutants: readonly Mutant[] = [
  {
    name: 'retries at once',
    failing: [retriesAfterTheDelay],
    mutate: changeDeliveries(() => (delivery) => ({
      retryLater: (delayMs, { [dueHeader]: _, ...headers }) => delivery.retryLater(delayMs, headers),
    })),
  },
  {
    name: 'loses the key on the way to a retry',
    failing: [keepsTheMessageOverEveryHop],
    mutate: changeDeliveries(() => ({ message, origin }) => ({
      message: origin.via === 'retry' ? { ...message, key: '' } : message,
    })),
  },
  {
    name: 'keeps the headers of the first hop',
    failing: [replacesTheHeadersOfAnEarlierHop],
    mutate: changeDeliveries(() => (delivery) => ({
      retryLater: (delayMs, headers) =>
        delivery.retryLater(delayMs, {
          ...headers,
          ...delivery.message.headers,
          [dueHeader]: headers[dueHeader]!,
        }),
    })),
  },
  {
    name: 'forgets the attempts on the way to a retry',
    failing: [retriesUntilItSucceeds, deadLettersWhenItsAttemptsAreSpent],
    mutate: changeDeliveries(() => (delivery) => ({
      retryLater: (delayMs, { 'waybill-attempts': _, ...headers }) => delivery.retryLater(delayMs, headers),
    })),
  },
  {
    name: 'says nothing of a message that is too large for its retry address',
    failing: [deadLettersWhatNoRetryHasRoomFor],
    mutate: changeDeliveries(() => (delivery) => ({
      retryLater: (delayMs, headers) => delivery.retryLater(delayMs, headers).catch(() => false),
    })),
  },
  {
    name: 'retries through the address itself',
    failing: [retriesForOneSubscriptionOnly],
    mutate: changeBrokers((broker) => ({
      consumer: (subscription, take) =>
        broker.consumer(subscription, (deliveries) =>
          take(
            deliveries.map((delivery) =>
              changed(delivery, {
                retryLater: async (delayMs) => {
                  const outgoing = { address: subscription.addresses[0]!, message: delivery.message };
                  setTimeout(() => void broker.publisher('retries').publish([outgoing]), delayMs);
                  return true;
                },
              }),
            ),
          ),
        ),
    })),
  },
  {
    name: 'has one queue for all delays',
    failing: [holdsNoRetryUpByALongerOne],
    mutate: changeDeliveries(() => {
      let last = 0;
      return (delivery) => ({
        retryLater: (delayMs, headers) => {
          last = Math.max(Date.parse(headers[dueHeader]!), last + inTurnMs);
          return delivery.retryLater(delayMs, { ...headers, [dueHeader]: new Date(last).toISOString() });
        },
      });
    }),
  },
  {
    name: 'hands nothing over while a retry waits',
    failing: [overtakesAFailingMessage],
    mutate: changeTaking(behindRetries),
  },
  {
    name: 'settles the original with its copy',
    failing: [keepsTheOriginalUntilItIsSettled],
    mutate: changeDeliveries(() => (delivery) => ({
      retryLater: async (delayMs, headers) => {
        const stored = await delivery.retryLater(delayMs, headers);
        await delivery.done();
        return stored;
      },
    })),
  },
  {
    name: 'says that a dead letter is stored before it is',
    failing: [storesADeadLetterBeforeItSaysSo],
    mutate: changeDeliveries(() => (delivery) => ({
      deadLetter: async (headers) => {
        setTimeout(() => void delivery.deadLetter(headers), 20);
        return true;
      },
    })),
  },
  {
    name: 'tries once to set aside, and takes any answer for a yes',
    failing: [keepsWhatItCannotSetAside],
    mutate: changeDeliveries(() => (delivery) => ({
      deadLetter: async (headers) => {
        void delivery.deadLetter(headers);
        return true;
      },
    })),
  },
  {
    name: 'writes no headers beside a dead letter',
    failing: [deadLettersWithHeaders],
    mutate: changeDeliveries(() => (delivery) => ({ deadLetter: () => delivery.deadLetter({}) })),
  },
  {
    name: 'throws away what has no envelope',
    failing: [deadLettersAnyBytes, deadLettersTheUndecodableAtOnce],
    mutate: changeDeliveries(() => (delivery) => ({
      deadLetter: async (headers) => !delivery.message.attributes['id'] || delivery.deadLetter(headers),
    })),
  },
  {
    name: 'sets aside beside whatever it has read',
    failing: [deadLettersFromARetryAtHome, deadLettersFromItsInletAtHome],
    mutate: changeBrokers((broker) => ({
      consumer: (subscription, take) =>
        broker.consumer(subscription, (deliveries) =>
          take(
            deliveries.map((delivery) =>
              changed(delivery, {
                deadLetter: async () => {
                  const address = deadLetterAddress(subscription, delivery.origin.address);
                  await broker.publisher('hops').publish([{ address, message: delivery.message }]);
                  return true;
                },
              }),
            ),
          ),
        ),
    })),
  },
  {
    name: 'reads no inlet',
    failing: [readsItsInlet, discardsForGood, correctsADeadLetter],
    mutate: changeTaking(
      (take) => (deliveries) => take(deliveries.filter(({ origin }) => origin.via !== 'inlet')),
    ),
  },
  {
    name: 'replays through the address itself',
    failing: [replaysToOneSubscriptionOnly],
    mutate: changePublishers(({ publish }) => ({ publish: (batch) => publish(batch.map(replayed)) })),
  },
];

function replayed(outgoing: OutgoingMessage): OutgoingMessage {
  if (outgoing.message.attributes['type'] !== controlType) return outgoing;
  const { message } = readControl(outgoing.message);
  return { address: message.address, message: keptAsMessage(message) };
}
