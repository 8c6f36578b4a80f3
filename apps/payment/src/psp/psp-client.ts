import { Inject, Injectable } from '@nestjs/common';
import { sendHttpRequest, type HttpQuestion } from './http-request.js';
import { answerFrom, noAnswer, type PspAnswer } from './psp-answer.js';
import { refundAnswerFrom, type RefundAnswer } from './refund-answer.js';

export const PSP_OPTIONS = Symbol('PspOptions');

export interface PspOptions {
  readonly url: string;
  readonly timeoutMs: number;
  readonly apiKey?: string | undefined;
}

interface Charge {
  readonly orderId: string;
  readonly paymentId: string;
  readonly amountCents?: number;
  readonly currency?: string;
}

/** Asks the payment provider, with the payment's id as its idempotency key. Never rejects: silence is an answer too. */
@Injectable()
export class PspClient {
  constructor(@Inject(PSP_OPTIONS) private readonly options: PspOptions) {}

  charge({ orderId, paymentId, amountCents, currency }: Charge): Promise<PspAnswer> {
    const headers = { 'idempotency-key': paymentId, 'content-type': 'application/json' };
    const body = JSON.stringify({ orderId, amountCents, currency });
    return this.ask('/charges', { method: 'POST', template: '/charges', headers, body }, answerFrom);
  }

  /** Makes the key unchargeable, or learns that it was charged. */
  cancel({ paymentId }: Charge): Promise<PspAnswer> {
    const template = '/charges/{key}/cancellation';
    return this.ask(template.replace('{key}', paymentId), { method: 'PUT', template }, answerFrom);
  }

  /** Gives back what was charged under the key, once however often it is asked. */
  refund({ paymentId }: Charge): Promise<RefundAnswer> {
    const template = '/charges/{key}/refund';
    return this.ask(template.replace('{key}', paymentId), { method: 'PUT', template }, refundAnswerFrom);
  }

  private ask<Answer>(
    path: string,
    question: Omit<HttpQuestion, 'url' | 'timeoutMs'>,
    read: (status: number, body: string) => Answer,
  ): Promise<Answer | ReturnType<typeof noAnswer>> {
    const { url, timeoutMs, apiKey } = this.options;
    const headers = { ...question.headers, ...(apiKey && { 'x-api-key': apiKey }) };
    return sendHttpRequest({ ...question, headers, url: url.replace(/\/$/, '') + path, timeoutMs }).then(
      ({ status, body }) => read(status, body),
      noAnswer,
    );
  }
}
