import { createHash } from 'node:crypto';
import type { RawDelivery } from '../broker.js';
import { keptAsMessage, readControl, type ControlMessage } from '../control-message.js';
import { firstAttemptHeader } from '../failure-headers.js';
import { lockNames } from '../lock-names.js';
import { noFailedRuns } from '../failed-runs.js';
import { InfrastructureError, isLasting } from '../messaging.errors.js';
import { announce } from '../pipeline/announce.js';
import { noticeAbout, type DeliveryNotice } from '../delivery-notice.js';
import { readEnvelope, type Envelope, type Message } from '../message.js';
import { keyLock, parkingKey } from '../parking/parkable.js';
import { decode, isReadable } from '../pipeline/decode.js';
import { persist } from '../pipeline/persist.js';
import { endingItsClaims, type RunClaims } from '../pipeline/run-claims.js';
import { resentDelivery } from '../pipeline/resent-delivery.js';
import { processReadable } from '../pipeline/process-readable.js';
import { setAside } from '../pipeline/set-aside.js';
import type { Pipeline } from '../pipeline/work.js';
import type { SqlTransaction } from '../sql-transaction.js';
import { insertOperation } from './statements/insert-operation.js';

/** What the transaction of an operation leaves to be done after it: nothing, or running the message itself. */
type Next = 'settled' | 'run';

/**
 * Carries out what a person asked of this subscription. It, and nobody else, knows what it has handled and which keys
 * wait, so it decides what there is to do; a receipt tells the end.
 *
 * Where failing keys park, the message lies in the database: it is changed there, and the key goes on from there. Elsewhere
 * the control message brings it along and it runs as any other. An operation is recorded with the change that it makes; the
 * same again finds itself and changes nothing. Dying before: it comes again. Failing as often as a message may: set aside.
 */
export async function carryOut(delivery: RawDelivery, pipeline: Pipeline): Promise<void> {
  const aside = (error: unknown) => setAside({ delivery, error, failed: noFailedRuns }, pipeline);
  let operation: Operation;
  try {
    operation = operationIn(delivery);
  } catch (error) {
    return aside(error);
  }
  let attempts = 0;
  await persist([delivery], pipeline, async () => {
    let next: Next;
    try {
      next = await endingItsClaims(pipeline, (claims) =>
        pipeline.database.transaction((transaction) => begin(operation, claims, transaction)),
      );
    } catch (error) {
      if (!isLasting(error) || ++attempts < pipeline.subscription.maxAttempts) throw error;
      return aside(error);
    }
    if (next === 'run') await runAsAsked(delivery, operation, pipeline);
    else await delivery.done();
  });
}

function operationIn(delivery: RawDelivery): Operation {
  const control = readControl(delivery.message);
  const message = keptAsMessage(control.message);
  return { control, message, envelope: readEnvelope(message) };
}

interface Operation {
  readonly control: ControlMessage;
  readonly message: Message;
  readonly envelope: Envelope;
}

async function begin(operation: Operation, claims: RunClaims, transaction: SqlTransaction): Promise<Next> {
  const { control } = operation;
  const { pipeline } = claims;
  await lockNames([keyLock(pipeline.subscription.name, keyOf(operation))], transaction);
  const fresh = await record(control, pipeline, transaction);
  if (control.kind === 'discard') return discard(operation, fresh, claims, transaction);
  if (!fresh) return runIfNowhere(operation, pipeline, transaction);
  report(operation, pipeline);
  if (control.kind === 'correct') await admitBodies(operation, pipeline, transaction);
  return rerun(operation, pipeline, transaction);
}

async function record(
  control: ControlMessage,
  { subscription }: Pipeline,
  transaction: SqlTransaction,
): Promise<boolean> {
  const { operationId, kind, messageId, actor, reason, askedAt } = control;
  const values = [subscription.name, operationId, kind, messageId, actor, reason, new Date(askedAt)];
  return (await transaction.execute(insertOperation, values)) === 1;
}

/** Both bodies are known from now on: a late copy of the first is a duplicate, as is one of the second. */
async function admitBodies(
  { control, message }: Operation,
  { inbox, subscription }: Pipeline,
  transaction: SqlTransaction,
): Promise<void> {
  const { messageId, operationId, formerBodyHash = '' } = control;
  for (const bodyHash of [hashOf(message), Buffer.from(formerBodyHash, 'hex')])
    if (bodyHash.length > 0)
      await inbox.admitBody(subscription.name, { messageId, bodyHash }, operationId, transaction);
}

/**
 * Given up: its key goes on, and a late copy of it is a duplicate. While a copy is being handled somewhere, it waits for
 * that one's end. An operation that comes again only sees to the claim, which a store elsewhere may have lost when the
 * process died after the commit.
 */
async function discard(
  operation: Operation,
  fresh: boolean,
  claims: RunClaims,
  transaction: SqlTransaction,
): Promise<Next> {
  const { control, message } = operation;
  const { pipeline } = claims;
  const { messageId } = control;
  const verdicts = await claims.take([{ messageId, bodyHash: hashOf(message) }], transaction);
  const verdict = verdicts.get(messageId);
  if (verdict === 'busy') throw new InfrastructureError(`message ${messageId} is being handled just now`);
  if (!fresh) return 'settled';
  report(operation, pipeline);
  await answerOvertaken(operation, pipeline, transaction);
  if (verdict === 'new') await pipeline.keys?.remove(keyOf(operation), messageId, transaction);
  await receipt(operation, verdict === 'new' ? 'discarded' : 'no-op', pipeline, transaction);
  return 'settled';
}

/** A dead head runs again from the database, any other message from what the operation brought along. */
async function rerun(operation: Operation, pipeline: Pipeline, transaction: SqlTransaction): Promise<Next> {
  const { control, message } = operation;
  const body = control.kind === 'correct' ? { body: message.body } : {};
  const revival = { operationId: control.operationId, ...body };
  await answerOvertaken(operation, pipeline, transaction);
  const found =
    (await pipeline.keys?.revive(keyOf(operation), control.messageId, revival, transaction)) ?? 'absent';
  if (found === 'absent') return runIfNowhere(operation, pipeline, transaction);
  if (found === 'behind') await receipt(operation, 'no-op', pipeline, transaction);
  return 'settled';
}

/** An earlier operation on the same head that has not run to its end never will: this one takes its place. */
async function answerOvertaken(
  operation: Operation,
  pipeline: Pipeline,
  transaction: SqlTransaction,
): Promise<void> {
  const { messageId } = operation.control;
  const overtaken = await pipeline.keys?.waitingOperation(keyOf(operation), messageId, transaction);
  if (overtaken) await receipt(operation, 'no-op', pipeline, transaction, overtaken);
}

/**
 * Not parked: it runs with this delivery, and meets its inbox row if it was handled. Also for an operation that comes
 * again, since a process may have died between recording it and running; a message that is parked by now is not run.
 */
async function runIfNowhere(
  operation: Operation,
  { keys }: Pipeline,
  transaction: SqlTransaction,
): Promise<Next> {
  const parked = await keys?.isParked(keyOf(operation), operation.control.messageId, transaction);
  return parked ? 'settled' : 'run';
}

/**
 * The message runs under its own id, with its failures forgotten; the control message is settled with it. Its offset at
 * its address is known to nobody here: that of the control message is one in the inlet.
 */
async function runAsAsked(
  delivery: RawDelivery,
  { control, message }: Operation,
  pipeline: Pipeline,
): Promise<void> {
  const { redelivered, via } = delivery.origin;
  const origin = { address: control.message.address, redelivered, via };
  const asked = resentDelivery({ message, origin }, delivery, pipeline);
  const firstAttempt = message.headers[firstAttemptHeader];
  const { operationId } = control;
  const failed = { attempts: 0, holds: 0, operationId, ...(firstAttempt && { firstAttempt }) };
  const decoded = decode(asked, pipeline, { failed });
  return isReadable(decoded) ? processReadable([decoded], pipeline) : setAside(decoded, pipeline);
}

async function receipt(
  { control, envelope }: Operation,
  result: NonNullable<DeliveryNotice['result']>,
  pipeline: Pipeline,
  transaction: SqlTransaction,
  operationId = control.operationId,
): Promise<void> {
  const { subscription, clock } = pipeline;
  const about = noticeAbout(envelope, control.message, subscription.name, clock.now());
  await announce([{ ...about, kind: 'receipt', operationId, result }], pipeline, transaction);
}

function report({ control, message, envelope }: Operation, { events, subscription }: Pipeline): void {
  const { kind: operation, operationId, messageId, actor } = control;
  const attempt = message.headers[firstAttemptHeader];
  const { name, broker } = subscription;
  const what = { broker, subscription: name, operation, operationId, messageId, actor, envelope };
  events.emit({ kind: 'operation', ...what, ...(attempt && { attempt }) });
}

const keyOf = (operation: Operation): string => parkingKey(operation);
const hashOf = ({ body }: Message): Uint8Array => createHash('sha256').update(body).digest();
