import type { MessageHandler as NestHandler } from '@nestjs/microservices';
import { done, type AnyHandler, type Contract, type Delivery, type Subscription } from '@waybill/messaging';
import { isObservable, lastValueFrom } from 'rxjs';
import type { DiscoveredHandler } from './discover-handlers.js';
import { DeliveryContext } from './delivery-context.js';
import type { RpcContract } from './rpc/rpc-contract.js';

/** The second argument of `@EventPattern(type, …)` and `@MessagePattern(type, …)` for messages of a subscription. */
export interface PatternExtras {
  readonly subscription: Subscription;
  /** How bytes become the payload. Its type is the pattern. */
  readonly contract: Contract;
}

/** A method that Nest found under a pattern, bound to its pipes, guards and interceptors. */
export interface PatternMethod {
  readonly pattern: string;
  readonly callback: NestHandler;
  readonly isEvent: boolean;
  readonly extras: Partial<PatternExtras> & { readonly rpc?: RpcContract };
}

/** The methods as handlers of the pipeline; those that lack what it needs are problems. */
export function patternHandlers(methods: readonly PatternMethod[]): {
  readonly handlers: DiscoveredHandler[];
  readonly problems: string[];
} {
  const complete = methods.filter(isComplete);
  const problems = methods.filter((method) => !isComplete(method)).map(problemOf);
  const handlers = complete.map(({ extras: { contract, subscription }, ...method }) => ({
    contract,
    subscription,
    handler: handlerOf(method),
  }));
  return { handlers, problems };
}

type Complete = PatternMethod & { readonly extras: PatternExtras };

const isComplete = (method: PatternMethod): method is Complete =>
  method.extras.subscription !== undefined && method.extras.contract?.type === method.pattern;

const problemOf = ({ pattern }: PatternMethod): string =>
  `pattern "${pattern}": needs { subscription, contract } as its second argument, with a contract of that type`;

/**
 * An event method that returns nothing is done, as Nest's users expect; any other answer, and every answer to a message,
 * must be an outcome. Of an Observable the last value counts, once it has completed.
 */
function handlerOf({ callback, isEvent }: Pick<PatternMethod, 'callback' | 'isEvent'>): AnyHandler {
  return {
    handle: async (delivery: Delivery) => {
      const answer = await lastValueOf(await callback(delivery.payload, new DeliveryContext(delivery)));
      return answer === undefined && isEvent ? done() : answer;
    },
  } as AnyHandler;
}

/** Of what a method returned: Nest gives an Observable wherever a method threw, and interceptors do so too. */
export function lastValueOf(returned: unknown): Promise<unknown> {
  return isObservable(returned)
    ? lastValueFrom(returned, { defaultValue: undefined })
    : Promise.resolve(returned);
}
