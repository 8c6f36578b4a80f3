import type { Message } from '@waybill/messaging';
import { randomUUID } from 'node:crypto';
import { countsADuplicateOnce } from '../behaviours/counts-a-duplicate-once.js';
import { carriesAnOperationOutOnce } from '../behaviours/carries-an-operation-out-once.js';
import { keepsAKeyParkedUntilItIsReplayed } from '../behaviours/keeps-a-key-parked-until-it-is-replayed.js';
import { keepsEveryByte } from '../behaviours/keeps-every-byte.js';
import { keepsHeaders } from '../behaviours/keeps-headers.js';
import { keepsTheEnvelope } from '../behaviours/keeps-the-envelope.js';
import { keepsTheKey } from '../behaviours/keeps-the-key.js';
import { survivesDyingBetweenCommitAndAcknowledgement } from '../behaviours/survives-dying-between-commit-and-acknowledgement.js';
import { tellsAnotherBodyApart } from '../behaviours/tells-another-body-apart.js';
import { changeDeliveries, type Mutation } from './mutation.js';
import type { Mutant } from './mutant.js';

const changeMessages = (change: (message: Message) => Partial<Message>): Mutation =>
  changeDeliveries(() => ({ message }) => ({ message: { ...message, ...change(message) } }));

const freshOperation = (body: Uint8Array) =>
  Buffer.from(
    Buffer.from(body)
      .toString()
      .replace(/"operationId":"[^"]*"/, `"operationId":"${randomUUID()}"`),
  );

export const contentMutants: readonly Mutant[] = [
  {
    name: 'takes bodies for text',
    failing: [keepsEveryByte],
    mutate: changeMessages(({ body }) => ({ body: Buffer.from(Buffer.from(body).toString()) })),
  },
  {
    name: 'loses the trace',
    failing: [keepsTheEnvelope],
    mutate: changeMessages(({ attributes: { traceparent: _, ...attributes } }) => ({ attributes })),
  },
  {
    name: 'takes headers for Latin',
    failing: [keepsHeaders],
    mutate: changeMessages(({ headers }) => ({
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, latin(value)])),
    })),
  },
  {
    name: 'loses the key',
    failing: [keepsTheKey, keepsAKeyParkedUntilItIsReplayed],
    mutate: changeMessages(() => ({ key: '' })),
  },
  {
    name: 'gives each delivery an id of its own',
    failing: [countsADuplicateOnce, tellsAnotherBodyApart, survivesDyingBetweenCommitAndAcknowledgement],
    mutate: changeMessages(({ attributes }) => ({ attributes: { ...attributes, id: randomUUID() } })),
  },
  {
    name: 'gives each control message an operation of its own',
    failing: [carriesAnOperationOutOnce],
    mutate: changeMessages(({ body }) => ({ body: freshOperation(body) })),
  },
];

const latin = (text: string): string => Buffer.from(text).toString('latin1');
