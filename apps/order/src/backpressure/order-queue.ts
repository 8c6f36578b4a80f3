/** The queue our orders wait in; the module says with which broker. */
export interface OrderQueue {
  readonly queue: string;
  /** Messages ready to be delivered. Rejects while the broker is away. */
  read(): Promise<{ readonly messages: number }>;
  close(): Promise<void>;
}
