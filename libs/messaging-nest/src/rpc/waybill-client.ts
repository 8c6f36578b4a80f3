import type { OnApplicationShutdown } from '@nestjs/common';
import { ClientProxy, type ReadPacket, type WritePacket } from '@nestjs/microservices';
import { versionHeader, type Asks, type RpcContract } from './rpc-contract.js';

/**
 * Nest's client for questions to other services. `ask` is typed by the contract; `send(pattern, payload)` does the same as
 * an Observable, and who unsubscribes is forgotten. What fails, fails with the errors of the transport that asks.
 *
 * It emits no events: they go through the outbox, in the transaction that they tell of.
 */
export class WaybillClient extends ClientProxy implements OnApplicationShutdown {
  private readonly contracts: ReadonlyMap<string, RpcContract>;

  constructor(
    private readonly transport: Asks,
    contracts: readonly RpcContract[],
  ) {
    super();
    this.contracts = new Map(contracts.map((contract) => [contract.request.type, contract]));
  }

  /** The answer; rejects with what the transport rejects with, or because request or answer break the contract. */
  async ask<Request, Reply>(
    { queue, limitMs, request, reply }: RpcContract<Request, Reply>,
    payload: Request,
    signal?: AbortSignal,
  ): Promise<Reply> {
    const body = request.encode(payload);
    const headers = { [versionHeader]: request.dataschema };
    const answer = await this.transport.call({ queue, limitMs, body, headers, ...(signal && { signal }) });
    // Who answers adds no fields but optional ones: an answer is of the version that was asked for.
    const attributes = { dataschema: reply.dataschema };
    return reply.decode({ key: '', attributes, headers: {}, body: answer });
  }

  /** The transport connects by itself and says at each call whether it can ask. */
  async connect(): Promise<void> {}

  close(): Promise<void> {
    return this.transport.close();
  }

  onApplicationShutdown(): Promise<void> {
    return this.close();
  }

  unwrap<T>(): T {
    return this.transport as T;
  }

  protected publish({ pattern, data }: ReadPacket, callback: (packet: WritePacket) => void): () => void {
    const caller = new AbortController();
    const tell = (packet: WritePacket) => {
      if (!caller.signal.aborted) callback({ ...packet, isDisposed: true });
    };
    this.ask(this.contractOf(pattern), data, caller.signal).then(
      (response) => tell({ response }),
      (err) => tell({ err }),
    );
    return () => caller.abort();
  }

  protected async dispatchEvent(): Promise<never> {
    throw new Error('events go through the outbox, not through a client');
  }

  private contractOf(pattern: unknown): RpcContract {
    const contract = this.contracts.get(String(pattern));
    if (contract) return contract;
    throw new Error(`no contract for ${String(pattern)}; there is ${[...this.contracts.keys()].join(', ')}`);
  }
}
