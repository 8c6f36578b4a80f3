import type { MessagingEvents } from '@waybill/messaging';
import { counterOf } from './instruments.js';
import { connectionMetrics as registered } from './registry/connection-metrics.js';

const blocked = counterOf(registered.blocked);
const calls = counterOf(registered.calls);
const lateAnswers = counterOf(registered.lateAnswers);
const publishesLost = counterOf(registered.publishesLost);

const blockedBy = { blocked: 1, unblocked: -1, connected: 0, lost: 0, rebuilt: 0 } as const;

/** Derives metrics from what is told of connections, of what goes out over them, and of questions. */
export function connectionMetrics(): MessagingEvents {
  return {
    emit: (event) => {
      switch (event.kind) {
        case 'connection':
          return blocked.add(blockedBy[event.state], { 'messaging.system': event.broker });
        case 'asked':
          return calls.add(1, { 'messaging.destination.name': event.queue, outcome: event.outcome });
        case 'answeredLate':
          return lateAnswers.add(1, { 'messaging.system': event.broker });
        case 'publishLost':
          return publishesLost.add(event.count, { 'messaging.destination.name': event.address });
      }
    },
  };
}
