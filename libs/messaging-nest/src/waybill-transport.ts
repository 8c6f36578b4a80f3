import { Inject, Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import type { SubscriptionRunner } from '@waybill/messaging';
import { discoverHandlers } from './discover-handlers.js';
import { MESSAGING_OPTIONS, type MessagingOptions } from './messaging.options.js';
import { runnersFor } from './runners.js';

const defaultDrainMs = 15_000;

/**
 * Nest's door to the pipeline: `app.connectMicroservice({ strategy: app.get(WaybillTransport) })`. Nest's own Kafka and
 * RabbitMQ transports acknowledge or stall on failures, so none of them is used.
 */
@Injectable()
export class WaybillTransport extends Server implements CustomTransportStrategy {
  private runners: readonly SubscriptionRunner[] = [];

  constructor(
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
    @Inject(MESSAGING_OPTIONS) private readonly options: MessagingOptions,
  ) {
    super();
  }

  /**
   * Complete, or an `IncompleteError` lists every problem. Does not wait for the brokers: a service whose broker is
   * down still answers HTTP, and its consumers connect when they can.
   */
  listen(callback: (error?: unknown) => void): void {
    try {
      this.runners = runnersFor(discoverHandlers(this.discovery), this.options);
    } catch (error) {
      return callback(error);
    }
    // A rejection here is no outage (those are retried within) but a broker that refuses us, such as a missing queue.
    // It stays unhandled on purpose: the process ends with the sentence, and its supervisor tries again.
    void Promise.all(this.runners.map((runner) => runner.start()));
    callback();
  }

  /** Drains: takes no more, finishes or gives back what is held. Nest calls it on shutdown. */
  async close(): Promise<void> {
    const { drainMs = defaultDrainMs } = this.options;
    await Promise.all(this.runners.map((runner) => runner.drain(drainMs)));
    this.runners = [];
  }

  /** Deliveries held now, by subscription. */
  held(): ReadonlyMap<string, number> {
    return new Map(this.runners.map(({ subscription, held }) => [subscription.name, held]));
  }

  on(): never {
    throw new Error('Waybill tells its events through MessagingEvents');
  }

  unwrap<T>(): T {
    return this.runners as T;
  }
}
