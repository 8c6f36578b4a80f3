import { Module, type DynamicModule, type FactoryProvider, type ModuleMetadata } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { DeliveriesController } from './deliveries.controller.js';
import { MESSAGING_OPTIONS, type MessagingOptions } from './messaging.options.js';
import { MessagingLifecycle } from './messaging-lifecycle.js';
import { WaybillTransport } from './waybill-transport.js';

type AsyncOptions = Pick<FactoryProvider<MessagingOptions>, 'inject' | 'useFactory'> &
  Pick<ModuleMetadata, 'imports'>;

/**
 * Finds the `@HandlesMessage` providers of the whole application and runs them on the given brokers; answers
 * `GET /deliveries/:subscription/:messageId` about them.
 */
@Module({})
export class MessagingModule {
  static register({ imports = [], inject = [], useFactory }: AsyncOptions): DynamicModule {
    return {
      module: MessagingModule,
      imports: [DiscoveryModule, ...imports],
      controllers: [DeliveriesController],
      providers: [{ provide: MESSAGING_OPTIONS, inject, useFactory }, MessagingLifecycle, WaybillTransport],
      exports: [WaybillTransport],
    };
  }
}
