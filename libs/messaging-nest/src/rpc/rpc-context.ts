import { BaseRpcContext } from '@nestjs/microservices';
import type { Question } from './rpc-contract.js';

/** What an answering method gets by `@Ctx()`: headers, and the signal that says when nobody waits any more. */
export class RpcContext extends BaseRpcContext<[Question]> {
  constructor(question: Question) {
    super([question]);
  }

  get question(): Question {
    return this.getArgByIndex(0);
  }
}
