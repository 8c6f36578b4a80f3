import { createHash, randomUUID } from 'node:crypto';
import { SqsFault } from './sqs-fault.js';

const deduplicationMs = 300_000;

interface Attribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

/** A message as it was sent. */
export interface Sent {
  readonly MessageBody: string;
  readonly MessageAttributes?: Readonly<Record<string, Attribute>>;
  readonly MessageGroupId: string;
  readonly MessageDeduplicationId: string;
}

interface Kept extends Sent {
  readonly id: string;
  readonly sequence: string;
  readonly sentAt: number;
  /** When its queue's delay is over. */
  readonly availableAt: number;
  receives: number;
  /** Of the last receive; older ones are stale. */
  receipt: string;
  visibleAt: number;
  /** The queue that it was redriven from. */
  from?: string;
}

/** Where a message goes that was received too often. */
interface Redrive {
  readonly to: () => FifoQueue | undefined;
  readonly maxReceiveCount: number;
}

/**
 * One FIFO queue as AWS documents it: messages of a group in order, several of one group in one answer, and none of a
 * group while any of it is in flight; a receipt is good until its visibility ends or the message is received again; the
 * same deduplication id within five minutes adds nothing; the same receive request gives the same answer.
 */
export class FifoQueue {
  private readonly messages: Kept[] = [];
  private readonly known = new Map<
    string,
    { readonly at: number; readonly id: string; readonly sequence: string }
  >();
  private readonly answers = new Map<string, readonly Kept[]>();
  private last = 0n;
  attributes: Record<string, string>;

  constructor(
    readonly name: string,
    attributes: Readonly<Record<string, string>>,
    private readonly redrive: (policy: string) => Redrive,
  ) {
    this.attributes = { ...attributes };
  }

  add(sent: Sent): { readonly id: string; readonly sequence: string } {
    const known = this.known.get(sent.MessageDeduplicationId);
    if (known && Date.now() - known.at < deduplicationMs) return known;
    const added = { id: randomUUID(), sequence: String(++this.last).padStart(20, '0') };
    this.known.set(sent.MessageDeduplicationId, { at: Date.now(), ...added });
    const availableAt = Date.now() + Number(this.attributes['DelaySeconds'] ?? 0) * 1_000;
    this.messages.push({
      ...sent,
      ...added,
      availableAt,
      sentAt: Date.now(),
      receives: 0,
      receipt: '',
      visibleAt: 0,
    });
    return added;
  }

  /** At most `most`; empty when nothing is visible now. */
  take(most: number, visibilitySeconds: number, attempt = ''): readonly Record<string, unknown>[] {
    const repeated = this.answers
      .get(attempt)
      ?.filter((each) => this.messages.includes(each) && inFlight(each));
    const taken = repeated?.length ? repeated : this.visible(most);
    for (const message of taken) {
      message.visibleAt = Date.now() + visibilitySeconds * 1_000;
      if (repeated?.length) continue;
      message.receives++;
      message.receipt = randomUUID();
    }
    if (attempt && taken.length > 0) this.answers.set(attempt, taken);
    return taken.map(shownAs);
  }

  /** Nothing when it is deleted already. */
  delete(receipt: string): void {
    const message = this.byReceipt(receipt);
    if (!inFlight(message)) throw new SqsFault('InvalidParameterValue', 'The receipt handle has expired.');
    this.messages.splice(this.messages.indexOf(message), 1);
  }

  changeVisibility(receipt: string, seconds: number): void {
    const message = this.byReceipt(receipt);
    if (!inFlight(message)) throw new SqsFault('MessageNotInflight', 'The message is not in flight.');
    message.visibleAt = Date.now() + seconds * 1_000;
  }

  get depth(): { readonly visible: number; readonly inFlight: number } {
    const flying = this.messages.filter(inFlight).length;
    return { visible: this.messages.length - flying, inFlight: flying };
  }

  private visible(most: number): Kept[] {
    this.moveThoseReceivedTooOften();
    const closed = new Set(this.messages.filter(inFlight).map(({ MessageGroupId }) => MessageGroupId));
    return this.messages
      .filter(({ MessageGroupId, availableAt }) => !closed.has(MessageGroupId) && availableAt <= Date.now())
      .slice(0, most);
  }

  private moveThoseReceivedTooOften(): void {
    const policy = this.attributes['RedrivePolicy'];
    if (!policy) return;
    const { to, maxReceiveCount } = this.redrive(policy);
    for (const message of this.messages.filter(
      (each) => !inFlight(each) && each.receives >= maxReceiveCount,
    )) {
      this.messages.splice(this.messages.indexOf(message), 1);
      to()?.messages.push({ ...message, receipt: '', visibleAt: 0, from: this.name });
    }
  }

  private byReceipt(receipt: string): Kept {
    const message = this.messages.find((each) => each.receipt === receipt);
    if (!message) throw new SqsFault('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.');
    return message;
  }
}

const inFlight = ({ visibleAt }: Kept): boolean => visibleAt > Date.now();

function shownAs(message: Kept): Record<string, unknown> {
  const { id, receipt, MessageBody, MessageAttributes, from } = message;
  return {
    MessageId: id,
    ReceiptHandle: receipt,
    Body: MessageBody,
    MD5OfBody: createHash('md5').update(MessageBody).digest('hex'),
    MessageAttributes,
    Attributes: {
      SenderId: 'AIDAIENQZJOLO23YVJ4VO',
      SentTimestamp: String(message.sentAt),
      ApproximateReceiveCount: String(message.receives),
      SequenceNumber: message.sequence,
      MessageGroupId: message.MessageGroupId,
      MessageDeduplicationId: message.MessageDeduplicationId,
      ...(from && { DeadLetterQueueSourceArn: `arn:aws:sqs:ap-northeast-1:000000000000:${from}` }),
    },
  };
}
