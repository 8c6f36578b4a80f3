import type { DiscoveryService } from '@nestjs/core';
import type { AnyHandler } from '@waybill/messaging';
import { handledMessageKey, type HandledMessage } from './handles-message.js';

export interface DiscoveredHandler extends HandledMessage {
  readonly handler: AnyHandler;
}

/** Every instantiated provider that carries `@HandlesMessage`. */
export function discoverHandlers(discovery: DiscoveryService): DiscoveredHandler[] {
  return discovery.getProviders().flatMap(({ metatype, instance }) => {
    const declared: HandledMessage | undefined = metatype && Reflect.getMetadata(handledMessageKey, metatype);
    return declared && instance ? [{ ...declared, handler: instance as AnyHandler }] : [];
  });
}
