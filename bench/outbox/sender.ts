/** What one sender process is told at its start. */
export interface SenderSettings {
  readonly databaseUrl: string;
  readonly topic: string;
  /** Its name among others of its kind. */
  readonly owner: string;
}

/** Sends what waits in a database to Kafka until it is stopped. */
export interface Sender {
  /** Something was committed. */
  wake(): void;
  stop(): Promise<void>;
}

/** `sent` is told how many more messages the brokers have confirmed. */
export type StartSender = (settings: SenderSettings, sent: (count: number) => void) => Promise<Sender>;

export type ToSender = 'wake' | 'usage' | 'stop';
export type FromSender =
  | { readonly kind: 'ready' }
  | { readonly kind: 'sent'; readonly count: number }
  | { readonly kind: 'usage'; readonly cpuSeconds: number };
