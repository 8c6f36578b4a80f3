import type { Broker, Capabilities, Subscription } from '@waybill/messaging';

/** What a behaviour wants of a subscription; names and addresses are the broker's to make. */
export type Wanted = Partial<Omit<Subscription, 'name' | 'broker' | 'addresses'>>;

/** Fresh addresses that exist: all subscriptions get what is published to `address`, each for itself. */
export interface Prepared {
  readonly address: string;
  readonly subscriptions: readonly Subscription[];
}

/** A broker as one process has it: connections that no other has, which can be taken from it. */
export interface Connection {
  readonly broker: Broker;
  /** It loses its connections and finds none, as the broker sees it when the process dies. */
  cut(): void;
  restore(): void;
  /** Closes the broker, and what stands between. */
  close(): Promise<void>;
}

/** What can be done to the servers themselves. */
export interface Faults {
  /** Kills and starts again; resolves when they answer. */
  restart(): Promise<void>;
  /** They accept everything and answer nothing. */
  pause(): Promise<void>;
  resume(): Promise<void>;
}

/** Options that cannot work; `open` must throw. */
export interface BadOptions {
  /** The option, as the error must name it. */
  readonly option: string;
  open(): unknown;
}

/** All that an adapter gives to be held to the suite. */
export interface BrokerUnderTest {
  readonly name: Subscription['broker'];
  readonly capabilities: Capabilities;
  connect(): Promise<Connection>;
  /** Makes the addresses of as many subscriptions as are wanted, with their dead letters, inlets and retries. */
  prepare(wanted: readonly Wanted[]): Promise<Prepared>;
  /** The name of an address that does not exist. */
  absent(): string;
  /** Takes one address away. */
  remove(address: string): Promise<void>;
  readonly badOptions: readonly BadOptions[];
  /** Absent where the servers belong to others. */
  readonly faults?: Faults;
  /** Removes what it made. */
  close(): Promise<void>;
}
