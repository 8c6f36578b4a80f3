import { rabbitmqRpcClient, type RpcClientOptions } from '../rpc/rpc-client.js';
import { rabbitmqRpcServer } from '../rpc/rpc-server.js';
import type { Answer, RpcClient, RpcServer, RpcService } from '../rpc/rpc.js';
import { untilAnswered } from '@waybill/test-kit';
import { TestBroker } from './test-broker.js';

/** A request queue and those who ask and answer on it; `close` ends all of them. */
export class RpcPair {
  private readonly closers: (() => Promise<void>)[] = [];

  private constructor(
    readonly rabbit: TestBroker,
    readonly queue: string,
  ) {}

  static async open(): Promise<RpcPair> {
    const rabbit = await TestBroker.open();
    return new RpcPair(rabbit, await rabbit.queue({ 'x-queue-type': 'classic', 'x-message-ttl': 2_000 }));
  }

  /** Connected. */
  async client(options: Partial<RpcClientOptions> = {}): Promise<RpcClient> {
    const client = rabbitmqRpcClient({ url: this.rabbit.url, ...options });
    this.closers.push(() => client.close());
    await untilAnswered(() => client.health().state === 'connected' || undefined);
    return client;
  }

  /** Consuming. */
  async server(answer: Answer, service: Partial<RpcService> = {}, url = this.rabbit.url): Promise<RpcServer> {
    const server = rabbitmqRpcServer({ queue: this.queue, limitMs: 2_000, ...service }, answer, { url });
    this.closers.push(() => server.close());
    await server.start();
    return server;
  }

  async close(): Promise<void> {
    for (const close of this.closers.reverse()) await close();
    await this.rabbit.close();
  }
}

export const bytes = (text: string): Uint8Array => Buffer.from(text);
export const text = (body: Uint8Array): string => Buffer.from(body).toString();

/** What a promise rejects with; nothing when it does not. */
export const failureOf = (promise: Promise<unknown>): Promise<Error | undefined> =>
  promise.then(
    () => undefined,
    (error: Error) => error,
  );
