import type { BrokerUnderTest } from './broker-under-test.js';
import type { Store } from './store.js';

/** What a behaviour cannot be asked without. Capabilities of the broker, or things that the suite was not given. */
export type Need =
  | 'database'
  | 'faults'
  | 'options'
  | 'keepsKeyOrder'
  | 'deliversCopies'
  | 'fansOut'
  | 'replaysHistory'
  | 'priorities';

/** What the suite was given. */
export interface Given {
  readonly broker: Pick<BrokerUnderTest, 'capabilities' | 'badOptions' | 'faults'>;
  readonly store?: Store | undefined;
}

const reasons: Readonly<Record<Need, (given: Given) => string | undefined>> = {
  database: ({ store }) => (store ? undefined : 'no database was given'),
  faults: ({ broker }) => (broker.faults ? undefined : 'its servers are not ours to stop'),
  options: ({ broker }) => (broker.badOptions.length > 0 ? undefined : 'it has no options'),
  keepsKeyOrder: ({ broker }) => (broker.capabilities.keepsKeyOrder ? undefined : 'keepsKeyOrder: false'),
  deliversCopies: ({ broker }) => (broker.capabilities.dropsCopies ? 'dropsCopies: true' : undefined),
  fansOut: ({ broker }) => (broker.capabilities.fansOut ? undefined : 'fansOut: false'),
  replaysHistory: ({ broker }) => (broker.capabilities.replaysHistory ? undefined : 'replaysHistory: false'),
  priorities: ({ broker }) => (broker.capabilities.priorities > 1 ? undefined : 'priorities: 1'),
};

/** Why a behaviour with these needs cannot be asked; nothing when it can. */
export function reasonToSkip(needs: readonly Need[], given: Given): string | undefined {
  return needs.map((need) => reasons[need](given)).find((reason) => reason !== undefined);
}
