import {
  defineSubscription,
  InfrastructureError,
  writeEnvelope,
  type Broker,
  type Consumer,
  type Contract,
  type MessagingEvents,
  type PayloadOf,
  type Publisher,
  type RawDelivery,
} from '@waybill/messaging';
import { uuidV7 } from '@waybill/service-kit';
import type { Head } from '../chain/entry.js';
import { AuditHead, fromPublished, HeadsRead, toPublished } from './published-head.js';

export interface HeadsTopicOptions {
  readonly broker: Broker;
  readonly address: string;
  readonly events: MessagingEvents;
  /** How long a read or a write may take. Default 20,000 ms. */
  readonly timeoutMs?: number;
}

const keys = { head: 'head', reads: 'reads' };

/**
 * The heads that were ever published, out of the reach of whoever can change the database. Read from its start by every
 * process under a group of its own: the topic is compacted to a few records, and one partition.
 */
export class HeadsTopic {
  private readonly publisher: Publisher;
  private readonly consumer: Consumer;
  private readonly reads = new Map<string, () => void>();
  private newest: Head | undefined;

  constructor(private readonly options: HeadsTopicOptions) {
    const { broker, address } = options;
    this.publisher = broker.publisher('audit heads');
    const subscription = defineSubscription({
      name: `${address}.${uuidV7()}`,
      broker: broker.name,
      addresses: [address],
      order: 'none',
      lane: 'batch',
      terminal: true,
    });
    this.consumer = broker.consumer(subscription, (deliveries) => deliveries.forEach(this.take));
  }

  start(): Promise<void> {
    return this.consumer.start();
  }

  /**
   * The longest head published before this call by whatever process: a record written now comes back behind all of
   * them. An `InfrastructureError` when the broker does not answer in time.
   */
  async latest(): Promise<Head | undefined> {
    const readId = uuidV7();
    const read = new Promise<void>((resolve) => this.reads.set(readId, resolve));
    try {
      await this.write(HeadsRead, keys.reads, { readId });
      await this.inTime(read);
      return this.newest;
    } finally {
      this.reads.delete(readId);
    }
  }

  /** Durable on the broker when it resolves. */
  publish(head: Head): Promise<void> {
    return this.write(AuditHead, keys.head, toPublished(head));
  }

  private async write<C extends Contract>(contract: C, key: string, payload: PayloadOf<C>): Promise<void> {
    const message = {
      key,
      attributes: attributesOf(contract, key),
      headers: {},
      body: contract.encode(payload),
    };
    const { address } = this.options;
    const [result] = await this.inTime(this.publisher.publish([{ address, message }]));
    if (result?.status === 'confirmed') return;
    throw new InfrastructureError(`${address}: ${contract.type} was not confirmed`, {
      cause: result?.because,
    });
  }

  private readonly take = (delivery: RawDelivery): void => {
    try {
      this.read(delivery);
    } catch (error) {
      this.tellUnreadable(delivery, error);
    }
    void delivery.done();
  };

  /** Longer wins: a record that comes twice, or late from another process, must not take the head back. */
  private read({ message }: RawDelivery): void {
    if (message.key === keys.reads) return this.reads.get(HeadsRead.decode(message).readId)?.();
    const head = fromPublished(AuditHead.decode(message));
    if (!this.newest || head.n > this.newest.n) this.newest = head;
  }

  /** A terminal reader: nothing reads behind it, so what it cannot read is told and passed by. */
  private tellUnreadable({ origin }: RawDelivery, error: unknown): void {
    const because = `unreadable record at ${origin.address} ${origin.partition}/${origin.offset}: ${String(error)}`;
    this.options.events.emit({ kind: 'infrastructure', subscription: origin.address, because, waitMs: 0 });
  }

  private async inTime<T>(work: Promise<T>): Promise<T> {
    const { address, timeoutMs = 20_000 } = this.options;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const error = new InfrastructureError(`${address}: no answer within ${timeoutMs} ms`);
      timer = setTimeout(() => reject(error), timeoutMs);
    });
    return Promise.race([work, late]).finally(() => clearTimeout(timer));
  }
}

function attributesOf({ type, dataschema }: Contract, subject: string): Record<string, string> {
  const time = new Date().toISOString();
  return writeEnvelope({
    id: uuidV7(),
    type,
    source: '/waybill/audit',
    subject,
    time,
    dataschema,
    sequence: 0,
  });
}
