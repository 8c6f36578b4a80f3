import type { MessagingEvent } from '@waybill/messaging';
import {
  ConnectionLostError,
  RemoteError,
  RpcNotSentError,
  RpcTimeoutError,
  UnroutableError,
} from '../rabbitmq.errors.js';

export type CallOutcome = Extract<MessagingEvent, { kind: 'asked' }>['outcome'];

/** What a call's rejection says of it; any other error is the caller's own reason not to wait. */
export function outcomeOf(failure: unknown): CallOutcome {
  if (failure instanceof RpcTimeoutError) return 'timedOut';
  if (failure instanceof RemoteError) return 'failed';
  if (failure instanceof RpcNotSentError || failure instanceof UnroutableError) return 'notSent';
  return failure instanceof ConnectionLostError ? 'lost' : 'cancelled';
}
