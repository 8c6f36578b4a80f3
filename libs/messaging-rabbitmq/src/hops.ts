import type { PublishResult } from '@waybill/messaging';
import type { ConsumeMessage, MessageProperties, Options } from 'amqplib';
import { fittingHeaders } from './fitting-headers.js';
import { withoutBrokersOwn } from './headers.js';
import { inTexts } from './in-texts.js';
import type { OutgoingRecord } from './outgoing-record.js';
import { UnsendableError } from './rabbitmq.errors.js';
import type { NormalRabbitmqOptions } from './rabbitmq.options.js';

/** Of an earlier hop; the next one says its own or none. */
const dueHeader = 'waybill-due-at';

const firstPauseMs = 100;
const longestPauseMs = 5_000;

/** Writes a message that this broker already holds to another of its queues. */
export type PublishAgain = (record: OutgoingRecord) => Promise<PublishResult>;

/**
 * Moves deliveries to the wait queue or the dead letters of their queue, through the default exchange: straight to one
 * queue, so that no other subscription of the original exchange sees the message again. The publisher is not the
 * consumer's connection, because a broker in alarm reads nothing at all from a connection that publishes, not even acks.
 */
export class Hops {
  constructor(
    private readonly publishAgain: PublishAgain,
    private readonly options: Pick<NormalRabbitmqOptions, 'clock' | 'events'>,
  ) {}

  /**
   * To a wait queue it comes back after that queue's own TTL; a TTL per message would only be looked at at the queue's
   * head. `headers` replace those of the same name.
   */
  copy(
    raw: ConsumeMessage,
    queue: string,
    headers: Readonly<Record<string, string>>,
    whileHeld: AbortSignal,
  ): Promise<boolean> {
    return this.untilConfirmed(copyOf(raw, queue, headers), whileHeld);
  }

  /**
   * True once the copy is confirmed. Until then the original stays unacknowledged, so dying here leaves a copy at worst.
   * Refused is tried again too: the queue may be missing only for now, and giving up would lose the message. What cannot be
   * written as it came is written in texts.
   */
  private async untilConfirmed(came: OutgoingRecord, whileHeld: AbortSignal): Promise<boolean> {
    let record = came;
    for (let tries = 0; !whileHeld.aborted; tries++) {
      const result = await this.publishAgain(record);
      if (result.status === 'confirmed') return true;
      if (result.because instanceof UnsendableError && record === came) {
        record = inTexts(came);
        continue;
      }
      this.tellFailed(record, result);
      await this.options.clock.wait(
        Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(tries, 8)),
        whileHeld,
      );
    }
    return false;
  }

  private tellFailed({ routingKey }: OutgoingRecord, result: PublishResult): void {
    if (result.status === 'confirmed') return;
    const because = `hop to ${routingKey}: ${result.because.message}`;
    this.options.events.emit({ kind: 'publishFailed', broker: 'rabbitmq', status: result.status, because });
  }
}

function copyOf(raw: ConsumeMessage, queue: string, more: Readonly<Record<string, string>>): OutgoingRecord {
  const { [dueHeader]: _, ...kept } = withoutBrokersOwn(raw.properties.headers);
  const headers = fittingHeaders({ ...kept, ...more });
  return {
    exchange: '',
    routingKey: queue,
    body: raw.content,
    properties: { ...propertiesOf(raw.properties), headers },
  };
}

/**
 * All but `expiration` (it would run in the wait queue too), `userId` (the broker refuses another user's name by closing
 * the channel) and `clusterId` (the broker's own).
 */
function propertiesOf(properties: MessageProperties): Options.Publish {
  const {
    contentType,
    contentEncoding,
    priority,
    correlationId,
    replyTo,
    messageId,
    timestamp,
    type,
    appId,
  } = properties;
  return {
    persistent: true,
    ...{ contentType, contentEncoding, priority, correlationId, replyTo, messageId, timestamp, type, appId },
  };
}
