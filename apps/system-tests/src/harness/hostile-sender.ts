import { expect } from '@jest/globals';
import { eventually, type HostileBody } from '@waybill/test-kit';
import { randomUUID } from 'node:crypto';
import { valueOn } from '../../../../tools/metrics/read-page.ts';
import { kafkaEnvelope, rabbitmqEnvelope, sqsEnvelope } from './cloud-event.js';
import type { KafkaListener } from './kafka-outsider.js';
import type { Outside } from './outside.js';

/** Brokers refuse what is above: Kafka by `message.max.bytes`, SQS by its own limit, RabbitMQ's frames by their headers. */
const most = { kafka: 1_000_000, sqs: 262_000, rabbitmqHeaders: 65_536 };
const withinMs = 60_000;

/** A body on its way, found again by a header of its own: an envelope it may not have. */
interface Sent {
  readonly id: string;
  readonly each: HostileBody;
}

/** Sends every body that a broker takes, and waits until each has become what it should. */
export class HostileSender {
  private deadLetters: KafkaListener | undefined;

  constructor(
    private readonly outside: Outside,
    private readonly bodies: readonly HostileBody[],
  ) {}

  async listen(deadLetterTopics: readonly string[]): Promise<void> {
    this.deadLetters = await this.outside.kafka.listen(...deadLetterTopics);
  }

  async close(): Promise<void> {
    await this.deadLetters?.close();
  }

  async toQueue(queue: string, type: string | undefined, deadLetters: string): Promise<void> {
    const { rabbitmq } = this.outside;
    const sent = this.all(({ headers = {} }) => sizeOf(headers) < most.rabbitmqHeaders);
    for (const { id, each } of sent) {
      const envelope = type ? rabbitmqEnvelope({ id, type, subject: id }) : {};
      const headers = { ...each.headers, ...envelope, hostile: id };
      await rabbitmq.send(queue, Buffer.from(each.body), { messageId: id, headers });
    }
    const dead: string[] = [];
    await eventually(async () => {
      for (const { properties, content } of await rabbitmq.takeAll(deadLetters)) {
        const id = String(properties.headers?.['hostile']);
        dead.push(id);
        const one = sent.find((each) => each.id === id);
        if (one) expect(Buffer.compare(content, one.each.body)).toBe(0);
      }
      expect(ours(dead, sent)).toEqual(idsOf(sent));
    }, withinMs);
  }

  async toTopic(topic: string, type: string | undefined, deadLetters: readonly string[]): Promise<void> {
    const sent = await this.send(topic, type);
    const { seen } = this.deadLetters!;
    await eventually(() => {
      for (const address of deadLetters) {
        const dead = seen.filter((letter) => letter.address === address);
        expect(
          ours(
            dead.map(({ raw }) => String(raw.headers?.['hostile'])),
            sent,
          ),
        ).toEqual(idsOf(sent));
      }
      for (const { raw } of seen) {
        const one = sent.find(({ id }) => id === String(raw.headers?.['hostile']));
        if (one) expect(Buffer.compare(raw.value ?? Buffer.alloc(0), one.each.body)).toBe(0);
      }
    }, withinMs);
  }

  async toFifo(queue: string, type: string, deadLetters: string): Promise<void> {
    const { sqs } = this.outside;
    const before = await sqs.unsettled(deadLetters);
    const sent = this.all(({ body, headers = {} }) => isText(body) && sizeOf(headers) === 0);
    for (const { id, each } of sent)
      await sqs.send(queue, id, String(Buffer.from(each.body)), sqsEnvelope({ id, type, subject: id }));
    const dead = async () => (await sqs.unsettled(deadLetters)) - before;
    await eventually(async () => expect(await dead()).toBe(sent.length), withinMs);
  }

  async toDeliveries(): Promise<void> {
    const sent = await this.send('deliveries', 'delivery.dead-lettered');
    const sql = `SELECT notice_id::text AS id FROM delivery_notices WHERE kind = 'unreadable' AND notice_id = ANY($1)`;
    await eventually(async () => {
      const rows = await this.outside.databases.query<{ id: string }>('AUDIT', sql, [idsOf(sent)]);
      expect(rows.map(({ id }) => id).sort()).toEqual(idsOf(sent));
    }, withinMs);
  }

  async toActivity(): Promise<void> {
    const before = await this.lost();
    const sent = await this.send('storefront.activity', 'storefront.activity');
    await eventually(async () => expect((await this.lost()) - before).toBe(sent.length), withinMs);
  }

  /** Each under a key of its own: a dead letter of a key holds back the next. */
  private async send(topic: string, type: string | undefined): Promise<readonly Sent[]> {
    const sent = this.all(({ body, headers = {} }) => body.byteLength + sizeOf(headers) < most.kafka);
    for (const { id, each } of sent) {
      const envelope = type ? kafkaEnvelope({ id, type, subject: id }) : {};
      const headers = { ...each.headers, ...envelope, hostile: id };
      await this.outside.kafka.send(topic, [{ key: id, value: Buffer.from(each.body), headers }]);
    }
    return sent;
  }

  private async lost(): Promise<number> {
    const activity = { messaging_destination_subscription_name: 'activity' };
    return valueOn(await this.outside.metrics.page('audit'), 'waybill_messages_lost_total', activity) ?? 0;
  }

  private all(isTaken: (body: HostileBody) => boolean): readonly Sent[] {
    return this.bodies.filter(isTaken).map((each) => ({ id: randomUUID(), each }));
  }
}

const sizeOf = (headers: Readonly<Record<string, string>>): number =>
  Object.entries(headers).flat().join('').length;

const idsOf = (sent: readonly Sent[]): string[] => sent.map(({ id }) => id).sort();

/** Sorted, and twice where there are two. */
function ours(ids: readonly string[], sent: readonly Sent[]): string[] {
  const known = new Set(idsOf(sent));
  return ids.filter((id) => known.has(id)).sort();
}

/** SQS takes what XML can hold, from one character on. */
function isText(body: Uint8Array): boolean {
  const bytes = Buffer.from(body);
  const text = bytes.toString();
  const isXml = !/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(text);
  return (
    bytes.length > 0 && bytes.length < most.sqs && isXml && Buffer.compare(Buffer.from(text), bytes) === 0
  );
}
