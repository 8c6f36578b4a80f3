import { connect, type Channel, type ConsumeMessage, type GetMessage, type Options } from 'amqplib';
import { orderIdIn, traceIdOf, type SeenMessage } from './seen-message.js';

export interface RabbitmqMessage extends SeenMessage {
  readonly raw: ConsumeMessage;
}

/** Any other program on RabbitMQ: publishes what it likes, looks into queues, listens to the exchange. */
export class RabbitmqOutsider {
  private readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  /** Resolves when the broker has it. */
  publish(exchange: string, routingKey: string, body: Buffer, properties: Options.Publish): Promise<void> {
    return this.withChannel(async (channel) => {
      channel.publish(exchange, routingKey, body, properties);
      await channel.waitForConfirms();
    });
  }

  /** To one queue, through the default exchange. */
  send(queue: string, body: Buffer, properties: Options.Publish = {}): Promise<void> {
    return this.publish('', queue, body, properties);
  }

  /** Messages that wait in the queues; what was handed to a consumer is not counted. */
  ready(...queues: readonly string[]): Promise<number> {
    return this.withChannel(async (channel) => {
      let sum = 0;
      for (const queue of queues) sum += (await channel.checkQueue(queue)).messageCount;
      return sum;
    });
  }

  /** Takes from the queue all that it holds. */
  takeAll(queue: string): Promise<GetMessage[]> {
    return this.withChannel(async (channel) => {
      const taken: GetMessage[] = [];
      for (let next = await channel.get(queue); next; next = await channel.get(queue)) taken.push(next);
      channel.ackAll();
      await channel.checkQueue(queue); // the channel is read in order: the acknowledgement has arrived
      return taken;
    });
  }

  /** Queues and all that they hold are gone. */
  lose(...queues: readonly string[]): Promise<void> {
    return this.withChannel(async (channel) => {
      for (const queue of queues) await channel.deleteQueue(queue);
    });
  }

  /** Sees copies of all that goes through the exchange from now on. */
  async listen(exchange: string): Promise<RabbitmqListener> {
    const connection = await connect(this.url);
    const channel = await connection.createChannel();
    const seen: RabbitmqMessage[] = [];
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, exchange, '#');
    await channel.consume(queue, (raw) => void (raw && seen.push(seenIn(raw))), { noAck: true });
    return { seen, close: () => connection.close() };
  }

  private async withChannel<T>(work: (channel: Confirming) => Promise<T>): Promise<T> {
    const connection = await connect(this.url);
    try {
      return await work(await connection.createConfirmChannel());
    } finally {
      await connection.close();
    }
  }
}

export interface RabbitmqListener {
  readonly seen: readonly RabbitmqMessage[];
  close(): Promise<void>;
}

type Confirming = Channel & { waitForConfirms(): Promise<void> };

function seenIn(raw: ConsumeMessage): RabbitmqMessage {
  const headers = (raw.properties.headers ?? {}) as Record<string, unknown>;
  return {
    raw,
    address: raw.fields.routingKey,
    id: String(headers['cloudEvents:id'] ?? ''),
    type: String(headers['cloudEvents:type'] ?? ''),
    orderId: orderIdIn(raw.content),
    traceId: traceIdOf(headers['traceparent']),
  };
}
