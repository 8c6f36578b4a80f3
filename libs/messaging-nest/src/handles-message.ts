import { Injectable, SetMetadata, applyDecorators } from '@nestjs/common';
import type { AnyHandler, Contract, Subscription } from '@waybill/messaging';

/** What `@HandlesMessage` says about its class. */
export interface HandledMessage {
  readonly contract: Contract;
  readonly subscription: Subscription;
}

export const handledMessageKey = 'waybill:handled-message';

/** A handler class's constructor: anything that makes a `MessageHandler` or `CallsOutside`. */
type HandlerClass = abstract new (...dependencies: never[]) => AnyHandler;

/**
 * Declares an ordinary provider as the one handler of a contract on a subscription. The module that lists it as a
 * provider needs nothing else; `MessagingModule` finds it, and refuses to start when one is missing or doubled.
 */
export function HandlesMessage(
  contract: Contract,
  { subscription }: { readonly subscription: Subscription },
): (target: HandlerClass) => void {
  const declared: HandledMessage = { contract, subscription };
  const decorate = applyDecorators(Injectable(), SetMetadata(handledMessageKey, declared));
  return (target) => decorate(target);
}
