import type { BrokerHealth, OutgoingMessage, Publisher, PublishResult } from '@waybill/messaging';
import { capabilities } from './capabilities.js';
import { ConfirmingChannel } from './confirming-channel.js';
import { RabbitmqConnection } from './connection.js';
import { Deferred } from './deferred.js';
import { toRecord, type OutgoingRecord } from './outgoing-record.js';
import { PublishCall } from './publish-call.js';
import { ConfirmTimeoutError, ConnectionLostError, TooLargeError } from './rabbitmq.errors.js';
import type { NormalRabbitmqOptions } from './rabbitmq.options.js';
import type { Session } from './session.js';

/**
 * Publishes with confirms on a connection of its own, which the broker may block without stopping any consumer.
 *
 * - One `publish` stays on one channel: messages with the same non-empty key are written in the order given, and when
 *   the channel ends, all that is unsettled or unwritten is `unknown`. Going on with the rest on the next channel would
 *   put later messages of a key before the repetition of earlier ones.
 * - `mandatory`: a message that no queue takes comes back and is `refused`, it does not vanish.
 * - All are pipelined: when one is `refused` or `unknown`, later ones of its key may be confirmed. Who needs strict order
 *   across failures has at most one unconfirmed message per key, as the relay does.
 */
export class RabbitmqPublisher implements Publisher {
  private readonly connection: RabbitmqConnection;
  private channel = new Deferred<ConfirmingChannel>();
  private readonly calls = new Set<Promise<unknown>>();
  private closing: Promise<void> | undefined;

  constructor(
    private readonly options: NormalRabbitmqOptions,
    purpose: string,
  ) {
    this.connection = new RabbitmqConnection(options, purpose, (session) => this.setUp(session));
  }

  open(): this {
    this.connection.open();
    return this;
  }

  publish(batch: readonly OutgoingMessage[]): Promise<readonly PublishResult[]> {
    return this.publishRecords(batch.map(toRecord), capabilities.maxMessageBytes);
  }

  /** For a message that this broker already holds, whatever its size. */
  async publishAgain(record: OutgoingRecord): Promise<PublishResult> {
    const [result] = await this.publishRecords([record], Number.POSITIVE_INFINITY);
    return result!;
  }

  health(): BrokerHealth {
    return this.connection.health();
  }

  close(): Promise<void> {
    this.closing ??= Promise.all(this.calls).then(() => this.connection.close());
    return this.closing;
  }

  private publishRecords(
    records: readonly OutgoingRecord[],
    maxBytes: number,
  ): Promise<readonly PublishResult[]> {
    const call = new PublishCall(records.length);
    if (this.closing) call.settleRest(unknown(new ConnectionLostError('the publisher is closed')));
    call.expireAfter(this.options.publishTimeoutMs, () => this.timedOut());
    void this.writeAll(records, call, maxBytes);
    this.calls.add(call.results);
    return call.results.finally(() => this.calls.delete(call.results));
  }

  private async writeAll(
    records: readonly OutgoingRecord[],
    call: PublishCall,
    maxBytes: number,
  ): Promise<void> {
    const channel = await this.channelFor(call);
    if (!channel) return;
    for (const [index, record] of records.entries()) {
      while (!channel.hasRoom && channel.current && !call.isFinished) await call.before(channel.room());
      if (call.isFinished) return;
      if (!channel.current) return call.settleRest(unknown(new ConnectionLostError('not written')));
      if (record.body.length > maxBytes) call.settle(index, tooLarge(record, maxBytes));
      else channel.write(record, (result) => call.settle(index, result));
    }
  }

  /** Nothing when the call ends first. */
  private async channelFor(call: PublishCall): Promise<ConfirmingChannel | undefined> {
    const { connectWaitMs } = this.options;
    const found = call.expireAfter(connectWaitMs, () =>
      unknown(new ConnectionLostError(`not connected within ${connectWaitMs} ms`)),
    );
    const channel = await call.before(this.channel.promise);
    found();
    return channel;
  }

  private async setUp(session: Session): Promise<void> {
    const channel = await ConfirmingChannel.open(session);
    this.channel.resolve(channel);
    session.onEnd(() => (this.channel = new Deferred()));
  }

  private timedOut(): PublishResult {
    return unknown(new ConfirmTimeoutError(this.options.publishTimeoutMs, this.health().lastError));
  }
}

function unknown(because: Error): PublishResult {
  return { status: 'unknown', because };
}

function tooLarge({ body }: OutgoingRecord, maxBytes: number): PublishResult {
  return { status: 'refused', because: new TooLargeError(body.length, maxBytes) };
}
