import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { MESSAGING_OPTIONS, type MessagingOptions } from './messaging.options.js';

/**
 * Relay and connections live as long as the service. Nest runs the shutdown hook after the consumers have drained, so
 * what they announced last may still leave with this process; the rest waits in the outbox for the next relay.
 */
@Injectable()
export class MessagingLifecycle implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(@Inject(MESSAGING_OPTIONS) private readonly options: MessagingOptions) {}

  onApplicationBootstrap(): void {
    this.options.relay?.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.options.relay?.stop();
    await Promise.all(this.options.brokers.map((broker) => broker.close()));
  }
}
