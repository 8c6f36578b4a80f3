import type { Contract } from '@waybill/messaging';

/** What both sides of a question agree on. */
export interface RpcContract<Request = unknown, Reply = unknown> {
  readonly queue: string;
  /** How long a caller waits. */
  readonly limitMs: number;
  /** Its type is the pattern. */
  readonly request: Contract<Request>;
  readonly reply: Contract<Reply>;
}

type Headers = Readonly<Record<string, string>>;

/** Which version of its contract a question is of, as messages say it. */
export const versionHeader = 'dataschema';

/** What asks; a broker's library that can do RPC has it. */
export interface Asks {
  call(request: {
    readonly queue: string;
    readonly body: Uint8Array;
    readonly headers?: Headers;
    readonly limitMs: number;
    readonly signal?: AbortSignal;
  }): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** A request as it came. */
export interface Question {
  readonly body: Uint8Array;
  readonly headers: Headers;
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** Begins to answer the questions of a queue once it is started. */
export type Answers = (
  service: { readonly queue: string; readonly limitMs: number },
  answer: (question: Question) => Promise<Uint8Array>,
) => { start(): Promise<void>; close(): Promise<void> };
