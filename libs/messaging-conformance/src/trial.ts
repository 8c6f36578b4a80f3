import {
  deadLetterAddress,
  defineSubscription,
  writeControl,
  type ControlMessage,
  type Message,
  type PublishResult,
  type RawDelivery,
  type Subscription,
} from '@waybill/messaging';
import { deepEqual, equal } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Connection } from './broker-under-test.js';
import { runOn, type Handle, type Handling, type RunOptions } from './handling.js';
import { idOf, messageOf } from './messages.js';
import { Taken } from './taken.js';
import type { World } from './world.js';

interface Consuming {
  readonly connection?: Connection;
  /** Must return at once. */
  readonly onDelivery?: (delivery: RawDelivery) => void;
}

/** A fresh operation, unless one is repeated; what a correction says besides. */
export type Operation = Partial<Pick<ControlMessage, 'operationId' | 'formerBodyHash'>>;

/** One subscription on trial, with the tools to publish to it and to read what comes. */
export class Trial {
  constructor(
    private readonly world: World,
    readonly subscription: Subscription,
    /** What is published here reaches the subscription. */
    readonly address: string,
  ) {}

  /** The one it reads; on RabbitMQ not always the one that is published to. */
  get home(): string {
    return this.subscription.addresses[0]!;
  }

  async send(...messages: readonly Message[]): Promise<readonly PublishResult[]> {
    const publisher = await this.world.publisher();
    return publisher.publish(messages.map((message) => ({ address: this.address, message })));
  }

  /** All must be confirmed. */
  async publish(...messages: readonly (Message | string)[]): Promise<void> {
    const results = await this.send(
      ...messages.map((each) => (typeof each === 'string' ? messageOf(each) : each)),
    );
    deepEqual(
      results.map(({ status }) => status),
      messages.map(() => 'confirmed'),
    );
  }

  /** As a relay does: what is not confirmed is sent again, for as long as it takes. */
  async publishUntilConfirmed(texts: readonly string[]): Promise<void> {
    let left = texts.map((each) => messageOf(each, { key: each }));
    await this.world.eventually(async () => {
      const results = await this.send(...left);
      left = left.filter((_, index) => results[index]!.status !== 'confirmed');
      equal(left.length, 0, `${left.length} messages are not confirmed`);
    });
  }

  /** Asks the subscription, through its inlet, to do something with a message that it has set aside. */
  async operate(kind: ControlMessage['kind'], message: Message, operation: Operation = {}): Promise<void> {
    const { operationId = randomUUID(), ...correction } = operation;
    const control = writeControl(
      {
        ...{ operationId, kind, messageId: idOf(message), ...correction },
        ...{ actor: 'ann', reason: 'conformance', askedAt: new Date().toISOString() },
        message: {
          ...{ address: this.home, key: message.key },
          ...{ attributes: message.attributes, headers: message.headers },
          body: Buffer.from(message.body).toString('base64'),
        },
      },
      this.subscription,
    );
    const publisher = await this.world.publisher();
    const [result] = await publisher.publish([control]);
    equal(result!.status, 'confirmed');
  }

  /** Begins to consume the subscription. */
  consume(options: Consuming = {}): Promise<Taken> {
    return this.consumeAs(this.subscription, options);
  }

  /** Reads its dead letters, as a terminal reader. */
  deadLetters(): Promise<Taken> {
    const address = deadLetterAddress(this.subscription, this.home);
    const reader = defineSubscription({
      name: this.subscription.broker === 'rabbitmq' ? address : `reader-${randomUUID()}`,
      broker: this.subscription.broker,
      addresses: [address],
      order: 'none',
      lane: 'keyed',
      terminal: true,
    });
    return this.consumeAs(reader, {});
  }

  /** Handles it through the pipeline. */
  run(handle: Handle, options: RunOptions = {}): Promise<Handling> {
    return runOn(this.world, this.subscription, handle, options);
  }

  private async consumeAs(subscription: Subscription, { connection, onDelivery }: Consuming): Promise<Taken> {
    const { broker } = connection ?? (await this.world.connection());
    const taken = new Taken(this.world.eventually, onDelivery);
    const consumer = broker.consumer(subscription, taken.take);
    await this.world.started(consumer.start());
    return taken.consumedBy(consumer);
  }
}
