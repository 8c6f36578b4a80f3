import type { Behaviour } from './behaviour.js';
import { answersUnknownWhenCutOff } from './behaviours/answers-unknown-when-cut-off.js';
import { bringsBackWhatWasNotSettled } from './behaviours/brings-back-what-was-not-settled.js';
import { bringsNothingSettledAgain } from './behaviours/brings-nothing-settled-again.js';
import { carriesAnOperationOutOnce } from './behaviours/carries-an-operation-out-once.js';
import { closesAfterWhatIsInFlight } from './behaviours/closes-after-what-is-in-flight.js';
import { closesWhatNeverStarted } from './behaviours/closes-what-never-started.js';
import { confirmsWhatIsStored } from './behaviours/confirms-what-is-stored.js';
import { consumesAgainWhenRestored } from './behaviours/consumes-again-when-restored.js';
import { correctsADeadLetter } from './behaviours/corrects-a-dead-letter.js';
import { countsADuplicateOnce } from './behaviours/counts-a-duplicate-once.js';
import { countsWhatWaits } from './behaviours/counts-what-waits.js';
import { deadLettersAnyBytes } from './behaviours/dead-letters-any-bytes.js';
import { deadLettersFromARetryAtHome } from './behaviours/dead-letters-from-a-retry-at-home.js';
import { deadLettersFromItsInletAtHome } from './behaviours/dead-letters-from-its-inlet-at-home.js';
import { deadLettersTheUndecodableAtOnce } from './behaviours/dead-letters-the-undecodable-at-once.js';
import { deadLettersWhatNoRetryHasRoomFor } from './behaviours/dead-letters-what-no-retry-has-room-for.js';
import { deadLettersWhenItsAttemptsAreSpent } from './behaviours/dead-letters-when-its-attempts-are-spent.js';
import { deadLettersWithHeaders } from './behaviours/dead-letters-with-headers.js';
import { deliversWhatCameBefore } from './behaviours/delivers-what-came-before.js';
import { discardsForGood } from './behaviours/discards-for-good.js';
import { disownsWhatItHeld } from './behaviours/disowns-what-it-held.js';
import { doesNotGuessWhatItCannotAsk } from './behaviours/does-not-guess-what-it-cannot-ask.js';
import { drainsWhatIsInFlight } from './behaviours/drains-what-is-in-flight.js';
import { endsAllWithTheBroker } from './behaviours/ends-all-with-the-broker.js';
import { forgivesSettlingTwice } from './behaviours/forgives-settling-twice.js';
import { givesEachSubscriptionItsOwnCopy } from './behaviours/gives-each-subscription-its-own-copy.js';
import { handlesEachMessageOnce } from './behaviours/handles-each-message-once.js';
import { handsOverNothingAfterClose } from './behaviours/hands-over-nothing-after-close.js';
import { holdsNoMoreThanThePrefetch } from './behaviours/holds-no-more-than-the-prefetch.js';
import { holdsNoRetryUpByALongerOne } from './behaviours/holds-no-retry-up-by-a-longer-one.js';
import { keepsAKeyParkedUntilItIsReplayed } from './behaviours/keeps-a-key-parked-until-it-is-replayed.js';
import { keepsAKeyWithOneConsumer } from './behaviours/keeps-a-key-with-one-consumer.js';
import { keepsEveryByte } from './behaviours/keeps-every-byte.js';
import { keepsHeaders } from './behaviours/keeps-headers.js';
import { keepsKeyOrderUnderLoad } from './behaviours/keeps-key-order-under-load.js';
import { keepsKeyOrderWithNeighboursParallel } from './behaviours/keeps-key-order-with-neighbours-parallel.js';
import { keepsPublishersApart } from './behaviours/keeps-publishers-apart.js';
import { keepsTheEnvelope } from './behaviours/keeps-the-envelope.js';
import { keepsTheKey } from './behaviours/keeps-the-key.js';
import { keepsTheMessageOverEveryHop } from './behaviours/keeps-the-message-over-every-hop.js';
import { keepsTheOrderOfABatch } from './behaviours/keeps-the-order-of-a-batch.js';
import { keepsTheOriginalUntilItIsSettled } from './behaviours/keeps-the-original-until-it-is-settled.js';
import { keepsWhatItCannotSetAside } from './behaviours/keeps-what-it-cannot-set-aside.js';
import { namesWhatIsMissing } from './behaviours/names-what-is-missing.js';
import { overtakesAFailingMessage } from './behaviours/overtakes-a-failing-message.js';
import { parksAndReleasesInOrder } from './behaviours/parks-and-releases-in-order.js';
import { prefersTheUrgent } from './behaviours/prefers-the-urgent.js';
import { publishesAgainWhenRestored } from './behaviours/publishes-again-when-restored.js';
import { readsItsInlet } from './behaviours/reads-its-inlet.js';
import { rebalancesUnderLoad } from './behaviours/rebalances-under-load.js';
import { redeliversAfterACrash } from './behaviours/redelivers-after-a-crash.js';
import { refusesAnAbsentAddress } from './behaviours/refuses-an-absent-address.js';
import { refusesBadOptions } from './behaviours/refuses-bad-options.js';
import { refusesWhatIsTooLarge } from './behaviours/refuses-what-is-too-large.js';
import { replacesTheHeadersOfAnEarlierHop } from './behaviours/replaces-the-headers-of-an-earlier-hop.js';
import { replaysHistory } from './behaviours/replays-history.js';
import { replaysToOneSubscriptionOnly } from './behaviours/replays-to-one-subscription-only.js';
import { retriesAfterTheDelay } from './behaviours/retries-after-the-delay.js';
import { retriesForOneSubscriptionOnly } from './behaviours/retries-for-one-subscription-only.js';
import { retriesUntilItSucceeds } from './behaviours/retries-until-it-succeeds.js';
import { settlesEachForItself } from './behaviours/settles-each-for-itself.js';
import { sharesTheWork } from './behaviours/shares-the-work.js';
import { spendsNoAttemptOnInfrastructure } from './behaviours/spends-no-attempt-on-infrastructure.js';
import { spoilsNoOtherOfABatch } from './behaviours/spoils-no-other-of-a-batch.js';
import { standsAPausedBroker } from './behaviours/stands-a-paused-broker.js';
import { standsStillAsATerminalReader } from './behaviours/stands-still-as-a-terminal-reader.js';
import { stopsTaking } from './behaviours/stops-taking.js';
import { storesADeadLetterBeforeItSaysSo } from './behaviours/stores-a-dead-letter-before-it-says-so.js';
import { survivesARestartOfTheBroker } from './behaviours/survives-a-restart-of-the-broker.js';
import { survivesDyingBetweenCommitAndAcknowledgement } from './behaviours/survives-dying-between-commit-and-acknowledgement.js';
import { tellsAnotherBodyApart } from './behaviours/tells-another-body-apart.js';
import { tellsItsHealth } from './behaviours/tells-its-health.js';
import { tellsOfRedelivery } from './behaviours/tells-of-redelivery.js';
import { tellsWhereItWasRead } from './behaviours/tells-where-it-was-read.js';

/** All that a broker is asked, by what it is about. */
export const behaviourGroups: readonly {
  readonly about: string;
  readonly behaviours: readonly Behaviour[];
}[] = [
  {
    about: 'Publishing',
    behaviours: [
      confirmsWhatIsStored,
      keepsTheOrderOfABatch,
      refusesAnAbsentAddress,
      refusesWhatIsTooLarge,
      spoilsNoOtherOfABatch,
      closesAfterWhatIsInFlight,
      answersUnknownWhenCutOff,
      publishesAgainWhenRestored,
      keepsPublishersApart,
    ],
  },
  { about: 'What travels', behaviours: [keepsEveryByte, keepsTheEnvelope, keepsHeaders, keepsTheKey] },
  {
    about: 'Consuming',
    behaviours: [
      deliversWhatCameBefore,
      givesEachSubscriptionItsOwnCopy,
      replaysHistory,
      holdsNoMoreThanThePrefetch,
      bringsBackWhatWasNotSettled,
      settlesEachForItself,
      bringsNothingSettledAgain,
      tellsOfRedelivery,
      tellsWhereItWasRead,
      disownsWhatItHeld,
      forgivesSettlingTwice,
      stopsTaking,
      handsOverNothingAfterClose,
      closesWhatNeverStarted,
      countsWhatWaits,
      sharesTheWork,
      keepsAKeyWithOneConsumer,
      prefersTheUrgent,
      tellsItsHealth,
      consumesAgainWhenRestored,
      redeliversAfterACrash,
      endsAllWithTheBroker,
      namesWhatIsMissing,
      doesNotGuessWhatItCannotAsk,
      refusesBadOptions,
    ],
  },
  {
    about: 'Retries, dead letters, control messages',
    behaviours: [
      retriesAfterTheDelay,
      keepsTheMessageOverEveryHop,
      replacesTheHeadersOfAnEarlierHop,
      retriesForOneSubscriptionOnly,
      holdsNoRetryUpByALongerOne,
      keepsTheOriginalUntilItIsSettled,
      deadLettersWithHeaders,
      deadLettersAnyBytes,
      storesADeadLetterBeforeItSaysSo,
      keepsWhatItCannotSetAside,
      deadLettersFromARetryAtHome,
      readsItsInlet,
      deadLettersFromItsInletAtHome,
    ],
  },
  {
    about: 'Handling, through the pipeline',
    behaviours: [
      handlesEachMessageOnce,
      countsADuplicateOnce,
      tellsAnotherBodyApart,
      keepsKeyOrderWithNeighboursParallel,
      retriesUntilItSucceeds,
      deadLettersWhenItsAttemptsAreSpent,
      deadLettersWhatNoRetryHasRoomFor,
      deadLettersTheUndecodableAtOnce,
      overtakesAFailingMessage,
      parksAndReleasesInOrder,
      keepsAKeyParkedUntilItIsReplayed,
      replaysToOneSubscriptionOnly,
      discardsForGood,
      correctsADeadLetter,
      carriesAnOperationOutOnce,
      spendsNoAttemptOnInfrastructure,
      standsStillAsATerminalReader,
      drainsWhatIsInFlight,
      survivesDyingBetweenCommitAndAcknowledgement,
      rebalancesUnderLoad,
      keepsKeyOrderUnderLoad,
    ],
  },
  { about: 'When the servers fail', behaviours: [survivesARestartOfTheBroker, standsAPausedBroker] },
];

export const behaviours: readonly Behaviour[] = behaviourGroups.flatMap(({ behaviours }) => behaviours);
