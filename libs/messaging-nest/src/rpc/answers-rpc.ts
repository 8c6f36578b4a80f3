import { MessagePattern } from '@nestjs/microservices';
import type { RpcContract } from './rpc-contract.js';

/** A controller's method that answers, given the payload and an `RpcContext`. */
type AnsweringMethod<Request, Reply> = (payload: Request, ...rest: never[]) => Reply | Promise<Reply>;

/**
 * `@MessagePattern` with the contract's pattern: the method answers that question, and what it throws reaches the caller
 * with class and message. Method and contract are compared by the compiler.
 */
export function AnswersRpc<Request, Reply>(contract: RpcContract<Request, Reply>) {
  const decorate = MessagePattern(contract.request.type, { rpc: contract });
  return <Method extends AnsweringMethod<Request, Reply>>(
    target: object,
    key: string,
    descriptor: TypedPropertyDescriptor<Method>,
  ): void => void decorate(target, key, descriptor);
}
