import { afterEach, expect, test } from '@jest/globals';
import { Controller, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Ctx, EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { MemoryDatabase, MemoryInbox } from '@waybill/idempotency';
import {
  deadLetter,
  defineSubscription,
  done,
  FatalError,
  MemoryBroker,
  writeEnvelope,
  type Contract,
  type Delivery,
  type MessageHandler,
  type MessagingEvent,
  type Subscription,
} from '@waybill/messaging';
import { eventually } from '@waybill/test-kit';
import { randomUUID } from 'node:crypto';
import { from, of } from 'rxjs';
import { connectMessaging, HandlesMessage, MessagingModule, type DeliveryContext } from './index.js';

const contractOf = (type: string): Contract<string> => ({
  type,
  dataschema: `urn:test:${type}`,
  decode: ({ body }) => Buffer.from(body).toString(),
  encode: (payload) => Buffer.from(payload),
});

const Ping = contractOf('ping');
const Pong = contractOf('pong');

const subscription = defineSubscription({
  name: 's',
  broker: 'memory',
  addresses: ['a'],
  order: 'none',
  lane: 'batch',
  types: ['ping'],
});

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function start(
  controllers: Type[],
  providers: Type[] = [],
  subscriptions: readonly Subscription[] = [subscription],
  change: object = {},
) {
  const broker = new MemoryBroker();
  const events: MessagingEvent[] = [];
  const messaging = MessagingModule.register({
    useFactory: () => ({
      brokers: [broker],
      subscriptions,
      database: new MemoryDatabase(),
      inbox: new MemoryInbox(),
      events: { emit: (event: MessagingEvent) => void events.push(event) },
      deliveryState: 'none' as const,
      ...change,
    }),
  });
  @Module({ imports: [messaging], controllers, providers })
  class App {}
  const app = await NestFactory.create(App, new FastifyAdapter(), { logger: false, abortOnError: false });
  closers.push(() => app.close());
  connectMessaging(app);
  await app.startAllMicroservices();
  const send = (type: string, body = 'hello') =>
    broker.publisher().publish([{ address: 'a', message: messageOf(type, body) }]);
  return { send, events, broker };
}

function messageOf(type: string, body: string) {
  const id = randomUUID();
  const facts = { id, type, source: '/t', subject: body, dataschema: 'd', sequence: 1 };
  const attributes = writeEnvelope({ ...facts, time: new Date().toISOString() });
  return { key: '', attributes, headers: {}, body: Buffer.from(body) };
}

const kinds = (events: readonly MessagingEvent[]) => events.map(({ kind }) => kind);

test('an event method that returns nothing is done, and gets payload and delivery', async () => {
  const seen: unknown[] = [];
  @Controller()
  class Methods {
    @EventPattern('ping', { subscription, contract: Ping })
    onPing(@Payload() payload: string, @Ctx() context: unknown): void {
      seen.push(payload, (context as DeliveryContext).delivery.envelope.subject);
    }
  }
  const { send, events } = await start([Methods]);
  await send('ping');
  await eventually(() => expect(kinds(events)).toContain('handled'));
  expect(seen).toEqual(['hello', 'hello']);
});

test('an Observable is awaited, and its last value is the outcome', async () => {
  @Controller()
  class Methods {
    @EventPattern('ping', { subscription, contract: Ping })
    onPing(_: string) {
      return from([done(), deadLetter('said the last one')]);
    }
  }
  const { send, broker } = await start([Methods]);
  await send('ping');
  await eventually(() =>
    expect(broker.written('a.s.dlq')[0]?.headers['waybill-failure-reason']).toBe('said the last one'),
  );
});

test('what a method throws reaches the pipeline with its class', async () => {
  class OutOfStock extends FatalError {}
  @Controller()
  class Methods {
    @EventPattern('ping', { subscription, contract: Ping })
    onPing(_: string): void {
      throw new OutOfStock('nothing left');
    }
  }
  const { send, broker } = await start([Methods]);
  await send('ping');
  await eventually(() =>
    expect(broker.written('a.s.dlq')[0]?.headers).toMatchObject({
      'exception.type': 'OutOfStock',
      'exception.message': 'nothing left',
      'waybill-attempts': '1',
    }),
  );
});

test('a message method and a handler class that return nothing are bugs', async () => {
  @Controller()
  class Methods {
    @MessagePattern('ping', { subscription, contract: Ping })
    onPing(_: string) {
      return of(undefined);
    }
  }
  @HandlesMessage(Pong, { subscription })
  class OnPong implements MessageHandler<typeof Pong> {
    async handle(_: Delivery<typeof Pong>) {
      return undefined as never;
    }
  }
  const { send, events } = await start([Methods], [OnPong]);
  await send('ping');
  await send('pong');
  await eventually(() => expect(events.filter(({ kind }) => kind === 'retryLater')).toHaveLength(2));
  expect(JSON.stringify(events)).toContain('a handler must return an outcome');
});

test('a service that cannot work does not start, and says everything at once', async () => {
  @Controller()
  class Methods {
    @EventPattern('pong', { subscription, contract: Pong })
    first(_: string): void {}
    @EventPattern('pong', { subscription, contract: Pong })
    second(_: string): void {}
    @EventPattern('pang')
    withoutExtras(_: string): void {}
  }
  const slow = defineSubscription({
    name: 'slow',
    broker: 'kafka',
    addresses: ['b'],
    order: 'none',
    lane: 'batch',
    delaysMs: [40 * 86_400_000],
  });
  const starting = start([Methods], [], [subscription, slow], { drainMs: 30_000 });
  const problems = await starting.then(
    () => '',
    (error: Error) => error.message,
  );
  expect(problems).toContain('pattern "pang": needs { subscription, contract }');
  expect(problems).toContain('subscription s: no handler takes ping');
  expect(problems).toContain('subscription s: two handlers take pong');
  expect(problems).toContain('subscription slow: this service has no kafka connection');
  expect(problems).toContain('subscription slow: its retries outlast the 30 days');
  expect(problems).toContain('drainMs 30000 must be below the grace period');
});
