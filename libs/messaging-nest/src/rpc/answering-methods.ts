import { lastValueOf, type PatternMethod } from '../pattern-handlers.js';
import { versionHeader, type Answers, type Question, type RpcContract } from './rpc-contract.js';
import { RpcContext } from './rpc-context.js';

export type AnsweringMethod = PatternMethod & { readonly extras: { readonly rpc: RpcContract } };

export const isAnswering = (method: PatternMethod): method is AnsweringMethod =>
  method.extras.rpc !== undefined;

/** Everything why the methods cannot answer. */
export function answeringProblems(
  methods: readonly AnsweringMethod[],
  answers: Answers | undefined,
): string[] {
  const problems = methods.flatMap((method) => problemsOf(method, methods));
  return methods.length > 0 && !answers
    ? [...problems, 'methods answer questions, but this service has no way to get them: `answers`']
    : problems;
}

function problemsOf(method: AnsweringMethod, all: readonly AnsweringMethod[]): string[] {
  const { pattern, isEvent, extras } = method;
  const name = `pattern "${pattern}"`;
  return [
    ...(isEvent ? [`${name}: an event has no answer; use @MessagePattern`] : []),
    ...(extras.rpc.request.type === pattern
      ? []
      : [`${name}: its contract is of ${extras.rpc.request.type}`]),
    ...(all.find((each) => each.pattern === pattern) === method ? [] : [`${name}: two methods answer it`]),
  ];
}

/** The method as the transport sees it: bytes in, bytes out. A throw is for the transport to tell the caller. */
export function answerOf({ callback, extras: { rpc } }: AnsweringMethod) {
  return async (question: Question): Promise<Uint8Array> => {
    const { body, headers } = question;
    const attributes = { dataschema: headers[versionHeader] ?? rpc.request.dataschema };
    const payload = rpc.request.decode({ key: '', attributes, headers, body });
    return rpc.reply.encode(await lastValueOf(await callback(payload, new RpcContext(question))));
  };
}
