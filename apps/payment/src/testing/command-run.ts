import {
  readEnvelope,
  type CallsOutside,
  type Delivery,
  type Message,
  type Outcome,
} from '@waybill/messaging';
import type { Contract, PayloadOf, SqlDatabase, SqlTransaction } from '@waybill/messaging';

/**
 * One delivery of one command, run step by step as the pipeline runs it: prepare, call and conclude, each in the
 * transaction it is promised, with anything of other commands in between. No inbox: what must hold, holds without it.
 */
export class CommandRun<C extends Contract, Intent, Result> {
  private state: 'new' | 'prepared' | 'called' | 'ended' = 'new';
  private intent: Intent | undefined;
  private result: Result | undefined;
  outcome: Outcome | undefined;

  constructor(
    private readonly handler: CallsOutside<C, Intent, Result>,
    private readonly payload: PayloadOf<C>,
    private readonly message: Message,
    private readonly database: SqlDatabase,
  ) {}

  /** Its process dies: no further step happens. */
  die(): void {
    this.state = 'ended';
  }

  async step(): Promise<void> {
    if (this.state === 'new') return this.prepare();
    if (this.state === 'prepared') return this.call();
    if (this.state === 'called') return this.conclude();
  }

  async toTheEnd(): Promise<Outcome> {
    while (this.state !== 'ended') await this.step();
    return this.outcome!;
  }

  private async prepare(): Promise<void> {
    const prepared = await this.database.transaction((transaction) =>
      this.handler.prepare(this.delivery(transaction)),
    );
    if (!('call' in prepared)) return this.end(prepared);
    this.intent = prepared.call;
    this.state = 'prepared';
  }

  private async call(): Promise<void> {
    this.result = await this.handler.call(this.intent!);
    this.state = 'called';
  }

  private async conclude(): Promise<void> {
    this.end(
      await this.database.transaction((transaction) =>
        this.handler.conclude(this.intent!, this.result!, this.delivery(transaction)),
      ),
    );
  }

  private end(outcome: Outcome): void {
    this.outcome = outcome;
    this.state = 'ended';
  }

  private delivery(transaction: SqlTransaction): Delivery<C> {
    const origin = { address: 'payment_queue', redelivered: false, via: 'address' as const };
    return {
      payload: this.payload,
      envelope: readEnvelope(this.message),
      message: this.message,
      origin,
      transaction,
    };
  }
}
