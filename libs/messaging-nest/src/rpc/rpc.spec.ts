import { afterEach, expect, test } from '@jest/globals';
import { Controller, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventPattern, MessagePattern } from '@nestjs/microservices';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { MemoryDatabase, MemoryInbox } from '@waybill/idempotency';
import { MemoryBroker, type Contract } from '@waybill/messaging';
import { eventually } from '@waybill/test-kit';
import { firstValueFrom, of } from 'rxjs';
import { AnswersRpc, connectMessaging, MessagingModule, WaybillClient, type Answers } from '../index.js';

/** Reads no other version than its own. */
const contractOf = (type: string): Contract<string> => ({
  type,
  dataschema: `urn:test:${type}`,
  decode: ({ body, attributes }) => {
    if (attributes['dataschema'] !== `urn:test:${type}`)
      throw new Error(`not mine: ${attributes['dataschema']}`);
    return Buffer.from(body).toString();
  },
  encode: (payload) => Buffer.from(payload),
});
const Greet = {
  queue: 'greet',
  limitMs: 1_000,
  request: contractOf('greet'),
  reply: contractOf('greeted'),
};

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** From the client straight to the methods: what lies between is the broker libraries' own. */
async function start(controller: Type, withAnswers = true) {
  const asked = new Map<string, Parameters<Answers>[1]>();
  const answers: Answers = ({ queue }, answer) => ({
    start: async () => void asked.set(queue, answer),
    close: async () => void asked.delete(queue),
  });
  const messaging = MessagingModule.register({
    useFactory: () => ({
      brokers: [new MemoryBroker()],
      subscriptions: [],
      database: new MemoryDatabase(),
      inbox: new MemoryInbox(),
      events: { emit: () => undefined },
      deliveryState: 'none' as const,
      ...(withAnswers && { answers }),
    }),
  });
  @Module({ imports: [messaging], controllers: [controller] })
  class App {}
  const app = await NestFactory.create(App, new FastifyAdapter(), { logger: false, abortOnError: false });
  closers.push(() => app.close());
  connectMessaging(app);
  await app.startAllMicroservices();
  const signals: (AbortSignal | undefined)[] = [];
  const client = new WaybillClient(
    {
      call: ({ queue, body, headers = {}, signal = new AbortController().signal }) => {
        signals.push(signal);
        return asked.get(queue)!({ body, headers, signal });
      },
      close: async () => undefined,
    },
    [Greet],
  );
  return { client, signals, asked, app };
}

test('a method answers the question of its contract, by promise, value or Observable', async () => {
  @Controller()
  class Methods {
    @AnswersRpc(Greet)
    async greet(name: string) {
      return `hello ${name}`;
    }
  }
  const { client } = await start(Methods);
  expect(await client.ask(Greet, 'Ann')).toBe('hello Ann');
  expect(await firstValueFrom(client.send('greet', 'Bob'))).toBe('hello Bob');

  @Controller()
  class Observing {
    @MessagePattern('greet', { rpc: Greet })
    greet(name: string) {
      return of('ignored', `hi ${name}`);
    }
  }
  expect(await (await start(Observing)).client.ask(Greet, 'Ann')).toBe('hi Ann');
});

test('what a method throws reaches the transport whole, and the caller as the transport says it', async () => {
  class Shy extends Error {}
  @Controller()
  class Methods {
    @AnswersRpc(Greet)
    greet(_: string): string {
      throw new Shy('not now');
    }
  }
  const { client } = await start(Methods);
  await expect(client.ask(Greet, 'Ann')).rejects.toBeInstanceOf(Shy);
  await expect(firstValueFrom(client.send('greet', 'Ann'))).rejects.toThrow('not now');
});

test('a question says which version it is of; one that does not say is taken for the newest', async () => {
  @Controller()
  class Methods {
    @AnswersRpc(Greet)
    greet(name: string) {
      return `hello ${name}`;
    }
  }
  const { asked } = await start(Methods);
  const question = { body: Buffer.from('Ann'), signal: new AbortController().signal };
  const answer = await asked.get('greet')!({ ...question, headers: {} });
  expect(Buffer.from(answer).toString()).toBe('hello Ann');
  const other = asked.get('greet')!({ ...question, headers: { dataschema: 'urn:test:other' } });
  await expect(other).rejects.toThrow('not mine: urn:test:other');
});

test('who unsubscribes is no longer waited for', async () => {
  @Controller()
  class Methods {
    @AnswersRpc(Greet)
    greet(_: string): Promise<string> {
      return new Promise(() => undefined);
    }
  }
  const { client, signals } = await start(Methods);
  const subscription = client.send('greet', 'Ann').subscribe();
  await eventually(() => expect(signals).toHaveLength(1));
  subscription.unsubscribe();
  expect(signals[0]!.aborted).toBe(true);
});

test('a service that stops answers no more', async () => {
  @Controller()
  class Methods {
    @AnswersRpc(Greet)
    greet(name: string): string {
      return name;
    }
  }
  const { app, asked } = await start(Methods);
  expect([...asked.keys()]).toEqual(['greet']);
  await app.close();
  expect([...asked.keys()]).toEqual([]);
});

test('a client asks only what it has a contract for, and emits nothing', async () => {
  const client = new WaybillClient({ call: async ({ body }) => body, close: async () => undefined }, [Greet]);
  await expect(firstValueFrom(client.send('shout', 'x'))).rejects.toThrow('no contract for shout');
  await expect(firstValueFrom(client.emit('greet', 'x'))).rejects.toThrow('outbox');
});

test('methods that cannot answer stop the start, all named at once', async () => {
  @Controller()
  class Methods {
    @EventPattern('greet', { rpc: Greet })
    onGreet(_: string): void {}
    @AnswersRpc(Greet)
    first(name: string): string {
      return name;
    }
    @MessagePattern('shout', { rpc: Greet })
    other(name: string): string {
      return name;
    }
  }
  const message = await start(Methods, false).then(
    () => '',
    (error: Error) => error.message,
  );
  expect(message).toContain('an event has no answer');
  expect(message).toContain('two methods answer it');
  expect(message).toContain('pattern "shout": its contract is of greet');
  expect(message).toContain('no way to get them');
});
