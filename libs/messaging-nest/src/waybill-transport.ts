import { Inject, Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import { systemClock, type PausableRunner, type RunnerStatus } from '@waybill/messaging';
import { refuseUnworkableAddresses } from './check-addresses.js';
import { discoverHandlers } from './discover-handlers.js';
import { MESSAGING_OPTIONS, type MessagingOptions } from './messaging.options.js';
import { patternHandlers, type PatternMethod } from './pattern-handlers.js';
import { answeringProblems, answerOf, isAnswering } from './rpc/answering-methods.js';
import type { Answers } from './rpc/rpc-contract.js';
import { defaultDrainMs, runnersFor } from './runners.js';

/**
 * Nest's door to the pipeline, opened by `connectMessaging(app)`: runs the `@HandlesMessage` providers and the
 * `@EventPattern` and `@MessagePattern` methods of the application. Nest's own Kafka and RabbitMQ transports acknowledge or
 * stall on failures, so none of them is used.
 */
@Injectable()
export class WaybillTransport extends Server implements CustomTransportStrategy {
  private runners: readonly PausableRunner[] = [];
  private servers: readonly ReturnType<Answers>[] = [];
  private readonly methods: PatternMethod[] = [];
  private readonly closing = new AbortController();
  /** Nest then leaves a failed event to us instead of logging it away. */
  override propagatesEventHandlerErrors = true;

  constructor(
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
    @Inject(MESSAGING_OPTIONS) private readonly options: MessagingOptions,
  ) {
    super();
  }

  /** Kept apart, so that two methods of one pattern are seen as two; Nest would run both for one message. */
  override addHandler(
    pattern: string,
    callback: MessageHandler,
    isEvent = false,
    extras: PatternMethod['extras'] = {},
  ): void {
    this.methods.push({ pattern, callback, isEvent, extras });
  }

  /**
   * Complete, or an `IncompleteError` lists every problem. Does not wait for the brokers: a service whose broker is
   * down still answers HTTP, and its consumers connect when they can.
   */
  listen(callback: (error?: unknown) => void): void {
    try {
      this.prepare();
    } catch (error) {
      return callback(error);
    }
    this.options.watch?.(() => this.standing());
    // A rejection here is no outage (those are retried within) but a broker that refuses us, such as a missing queue.
    // It stays unhandled on purpose: the process ends with the sentence, and its supervisor tries again.
    void Promise.all([...this.runners, ...this.servers].map((consumer) => this.start(consumer)));
    void refuseUnworkableAddresses(this.options, systemClock, this.closing.signal);
    callback();
  }

  /** Drains: takes no more, finishes or gives back what is held. Nest calls it on shutdown. */
  async close(): Promise<void> {
    const { drainMs = defaultDrainMs } = this.options;
    this.closing.abort();
    await Promise.all([
      ...this.runners.map((runner) => runner.drain(drainMs)),
      ...this.servers.map((server) => server.close()),
    ]);
    this.runners = [];
    this.servers = [];
  }

  /** How each subscription stands, by name. */
  standing(): Readonly<Record<string, RunnerStatus>> {
    return Object.fromEntries(this.runners.map(({ subscription, status }) => [subscription.name, status]));
  }

  /** Deliveries held now, by subscription. */
  held(): ReadonlyMap<string, number> {
    return new Map(this.runners.map(({ subscription, held }) => [subscription.name, held]));
  }

  /** One that is closed before its broker ever answered has not started, as it should. */
  private async start(consumer: { start(): Promise<void> }): Promise<void> {
    await consumer.start().catch((error: unknown) => {
      if (!this.closing.signal.aborted) throw error;
    });
  }

  private prepare(): void {
    const { answers } = this.options;
    const answering = this.methods.filter(isAnswering);
    const { handlers, problems } = patternHandlers(this.methods.filter((method) => !isAnswering(method)));
    this.runners = runnersFor([...discoverHandlers(this.discovery), ...handlers], this.options, [
      ...problems,
      ...answeringProblems(answering, answers),
    ]);
    this.servers = answering.map((method) => answers!(method.extras.rpc, answerOf(method)));
  }

  on(): never {
    throw new Error('Waybill tells its events through MessagingEvents');
  }

  unwrap<T>(): T {
    return this.runners as T;
  }
}
