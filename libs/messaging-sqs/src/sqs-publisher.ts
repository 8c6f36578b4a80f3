import { SendMessageBatchCommand, type SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs';
import type { OutgoingMessage, Publisher, PublishResult } from '@waybill/messaging';
import { createHash, randomUUID } from 'node:crypto';
import { capabilities } from './capabilities.js';
import { nameOf, nameOfFailed, toContent } from './headers.js';
import { isMissing, isTooLong, type SqsConnection } from './sqs-client.js';
import { BehindUnconfirmedError, SqsError, SqsRefusedError, TooLargeError } from './sqs.errors.js';
import type { NormalSqsOptions } from './sqs.options.js';

/** SQS takes ten messages a call. */
const perCall = 10;
const callsAtOnce = 4;

/** Of a message on its way out: its deduplication id, and whether it was in a queue before. */
interface About extends Pick<Entry, 'isAgain'> {
  readonly name: string;
}

/** A message as SQS takes it, and where it stands in the batch it came with. */
interface Entry {
  readonly index: number;
  readonly queue: string;
  readonly group: string;
  readonly bytes: number;
  /** A queue holds it already, or did before it was parked: whether it is too large is SQS's to say. */
  readonly isAgain: boolean;
  readonly request: Omit<SendMessageBatchRequestEntry, 'Id'>;
}

/**
 * Sends in waves that hold at most one message of each group: SQS answers every message of a call on its own, so that a
 * refused one could otherwise be overtaken by its successor in the same call. Once a message is not confirmed, nothing
 * later of its group is sent.
 *
 * The first copy is named by the message id, so that SQS itself drops a repetition within five minutes; later ones are
 * the inbox's to absorb.
 */
export class SqsPublisher implements Publisher {
  private readonly calls = new Set<Promise<unknown>>();
  private closing: Promise<void> | undefined;

  constructor(
    private readonly connection: SqsConnection,
    private readonly options: NormalSqsOptions,
    private readonly onClose: () => void = () => undefined,
  ) {}

  publish(batch: readonly OutgoingMessage[]): Promise<readonly PublishResult[]> {
    return this.send(batch, ({ message: { attributes, headers } }) => {
      const id = attributes['id'] ?? randomUUID();
      const isAgain = headers['waybill-attempts'] !== undefined;
      return { name: isAgain ? nameOfFailed(id, headers) : id, isAgain };
    });
  }

  /** A copy of something that another queue holds, under a name of its own. */
  async publishAgain(outgoing: OutgoingMessage, deduplicationId: string): Promise<PublishResult> {
    const [result] = await this.send([outgoing], () => ({ name: deduplicationId, isAgain: true }));
    return result!;
  }

  close(): Promise<void> {
    this.closing ??= Promise.allSettled(this.calls).then(() => this.onClose());
    return this.closing;
  }

  private send(
    batch: readonly OutgoingMessage[],
    about: (outgoing: OutgoingMessage) => About,
  ): Promise<readonly PublishResult[]> {
    if (this.closing) return Promise.resolve(batch.map(() => unknown(closed)));
    const entries = batch.map((outgoing, index) => entryOf(outgoing, index, about(outgoing)));
    const sending = this.sendAll(entries).finally(() => this.calls.delete(sending));
    this.calls.add(sending);
    return sending;
  }

  private async sendAll(entries: readonly Entry[]): Promise<readonly PublishResult[]> {
    const results: PublishResult[] = [];
    const timeUp = AbortSignal.timeout(this.options.publishTimeoutMs);
    const stopped = new Set<string>();
    for (const wave of wavesOf(entries)) {
      const calls = callsOf(wave.filter((entry) => this.mayGo(entry, stopped, results)));
      for (let first = 0; first < calls.length; first += callsAtOnce)
        await Promise.all(
          calls.slice(first, first + callsAtOnce).map((call) => this.sendCall(call, results, timeUp)),
        );
      for (const { index, ...entry } of wave)
        if (results[index]!.status !== 'confirmed') stopped.add(laneOf(entry));
    }
    return results;
  }

  /** Writes the result of those that cannot go. */
  private mayGo(entry: Entry, stopped: ReadonlySet<string>, results: PublishResult[]): boolean {
    if (stopped.has(laneOf(entry))) results[entry.index] = unknown(new BehindUnconfirmedError(entry.group));
    else if (!entry.isAgain && entry.bytes > capabilities.maxMessageBytes)
      results[entry.index] = refused(
        new TooLargeError(`${entry.bytes} bytes; SQS takes ${capabilities.maxMessageBytes}`),
      );
    return results[entry.index] === undefined;
  }

  private async sendCall(
    call: readonly Entry[],
    results: PublishResult[],
    signal: AbortSignal,
  ): Promise<void> {
    const queue = call[0]!.queue;
    const answers = await this.ask(queue, call, signal).catch((error: unknown) => error as Error);
    for (const [position, { index }] of call.entries())
      results[index] = answers instanceof Error ? resultOfFailedCall(answers, queue) : answers[position]!;
  }

  private async ask(queue: string, call: readonly Entry[], signal: AbortSignal): Promise<PublishResult[]> {
    const QueueUrl = await this.connection.urlOf(queue, signal);
    const Entries = call.map(({ request }, position) => ({ ...request, Id: String(position) }));
    const { Successful = [], Failed = [] } = await this.connection.call(
      `sending to ${queue}`,
      (send, abortSignal) => send(new SendMessageBatchCommand({ QueueUrl, Entries }), { abortSignal }),
      { signal },
    );
    const results: PublishResult[] = [];
    for (const { Id, SequenceNumber } of Successful)
      results[Number(Id)] = { status: 'confirmed', ...(SequenceNumber && { offset: SequenceNumber }) };
    for (const { Id, Code = '', Message = '', SenderFault } of Failed) {
      const because = refusalOf(`${Code}: ${Message}`);
      results[Number(Id)] = SenderFault ? refused(because) : unknown(because);
    }
    return call.map(
      (_, position) => results[position] ?? unknown(new SqsRefusedError('SQS did not answer for it')),
    );
  }
}

function entryOf({ address, message }: OutgoingMessage, index: number, { name, isAgain }: About): Entry {
  const { bytes, ...content } = toContent(message);
  // Without a key each message is a group.
  const MessageGroupId = nameOf(message.key || name, hashOf);
  const request = { ...content, MessageGroupId, MessageDeduplicationId: nameOf(name, hashOf) };
  return { index, queue: address, group: MessageGroupId, bytes, isAgain, request };
}

const closed = new SqsError('WAYBILL_SQS_CLOSED', 'the publisher is closed');

const laneOf = ({ queue, group }: Pick<Entry, 'queue' | 'group'>): string => `${queue} ${group}`;

/** The first message of every group, then the second of each, and so on. */
function wavesOf(entries: readonly Entry[]): Entry[][] {
  const sent = new Map<string, number>();
  const waves: Entry[][] = [];
  for (const entry of entries) {
    const lane = laneOf(entry);
    const position = sent.get(lane) ?? 0;
    sent.set(lane, position + 1);
    (waves[position] ??= []).push(entry);
  }
  return waves;
}

/** By queue, at most ten and no more bytes than SQS takes in one call. */
function callsOf(entries: readonly Entry[]): Entry[][] {
  const calls: Entry[][] = [];
  for (const [, ofQueue] of Map.groupBy(entries, ({ queue }) => queue)) {
    let bytes = Number.POSITIVE_INFINITY;
    for (const entry of ofQueue) {
      bytes += entry.bytes;
      if (bytes > capabilities.maxMessageBytes || calls.at(-1)!.length === perCall) {
        calls.push([]);
        bytes = entry.bytes;
      }
      calls.at(-1)!.push(entry);
    }
  }
  return calls;
}

/** SQS has words only: a queue's own limit may be less than what we send, or more. */
const refusalOf = (said: string): SqsError =>
  said.includes('must be shorter than') ? new TooLargeError(said) : new SqsRefusedError(said);

/** No queue, or larger than any takes: refused, as everywhere. Any other answer of the server's, or none, leaves it open. */
function resultOfFailedCall(error: Error, queue: string): PublishResult {
  if (isTooLong(error)) return refused(new TooLargeError(error.message));
  if (!isMissing(error)) return unknown(error);
  return refused(new SqsRefusedError(`the queue ${queue} does not exist`, { cause: error }));
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const refused = (because: Error): PublishResult => ({ status: 'refused', because });
const unknown = (because: Error): PublishResult => ({ status: 'unknown', because });
