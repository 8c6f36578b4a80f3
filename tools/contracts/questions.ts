import { PaymentQuote, type DefinedContract } from '@waybill/contracts';

/** A question over RPC: it stands in no outbox route and no subscription, so who asks and who answers is said here. */
export interface Question {
  readonly asks: string;
  readonly answers: string;
  readonly rpc: {
    readonly queue: string;
    readonly limitMs: number;
    readonly request: DefinedContract;
    readonly reply: DefinedContract;
  };
}

export const questions: readonly Question[] = [{ asks: 'order', answers: 'payment', rpc: PaymentQuote }];

export const questionContracts: readonly DefinedContract[] = questions.flatMap(({ rpc }) => [
  rpc.request,
  rpc.reply,
]);
