import { TcpProxy } from '@waybill/test-kit';
import type { ISocketFactory } from 'kafkajs';
import { connect } from 'node:net';
import { testBrokers } from './test-environment.js';

/** A proxy before each broker; a client that opens its sockets by `socketFactory` passes through them alone. */
export class ProxiedBrokers {
  private constructor(private readonly proxies: ReadonlyMap<number, TcpProxy>) {}

  static async open(): Promise<ProxiedBrokers> {
    const ports = testBrokers().map((broker) => Number(broker.split(':')[1]));
    const proxies = await Promise.all(ports.map(async (port) => [port, await TcpProxy.to(port)] as const));
    return new ProxiedBrokers(new Map(proxies));
  }

  readonly socketFactory: ISocketFactory = ({ port, onConnect }) =>
    connect(this.proxies.get(port)!.port, '127.0.0.1', onConnect);

  swallowAnswers(): void {
    for (const proxy of this.proxies.values()) proxy.swallowAnswers();
  }

  refuse(): void {
    for (const proxy of this.proxies.values()) proxy.refuse();
  }

  pass(): void {
    for (const proxy of this.proxies.values()) proxy.pass();
  }

  async close(): Promise<void> {
    await Promise.all([...this.proxies.values()].map((proxy) => proxy.close()));
  }
}
