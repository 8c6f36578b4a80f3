import { IllegalOperationError, type Channel, type Message, type Options } from 'amqplib';
import { ConnectionLostError } from '../rabbitmq.errors.js';
import type { Session } from '../session.js';
import { directReplyTo } from './rpc-messages.js';

/** What comes back on the channel, by the correlation id it was sent under. */
export interface Replies {
  answered(correlationId: string, reply: Message): void;
  /** No queue took the request. */
  returned(correlationId: string, queue: string): void;
}

/** One channel that asks and is answered: RabbitMQ ties direct replies to the channel that asked. */
export class CallingChannel {
  private constructor(private readonly channel: Channel) {}

  static async open(session: Session, replies: Replies): Promise<CallingChannel> {
    const channel = await session.model.createChannel();
    channel.on('error', (error) => session.end(error));
    channel.on('close', () => session.end());
    channel.on('return', ({ properties, fields }: Message) =>
      replies.returned(String(properties.correlationId), fields.routingKey),
    );
    await channel.consume(directReplyTo, (reply) => onReply(reply, session, replies), { noAck: true });
    return new CallingChannel(channel);
  }

  /** Throws when it cannot be written. */
  write(queue: string, body: Uint8Array, properties: Options.Publish): void {
    try {
      this.channel.publish('', queue, Buffer.from(body), properties);
    } catch (cause) {
      if (!(cause instanceof IllegalOperationError)) throw cause;
      throw new ConnectionLostError('the channel is closed', { cause });
    }
  }
}

function onReply(reply: Message | null, session: Session, replies: Replies): void {
  if (!reply) return session.end(new ConnectionLostError('the broker cancelled the consumer of replies'));
  replies.answered(String(reply.properties.correlationId), reply);
}
