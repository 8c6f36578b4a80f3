import { metrics } from '@opentelemetry/api';
import type { MessagingEvents } from '@waybill/messaging';

/** Derives metrics from what is told of connections and of questions; see `messagingMetrics` for when to make it. */
export function connectionMetrics(): MessagingEvents {
  const { blocked, calls, lateAnswers } = instruments();
  return {
    emit: (event) => {
      if (event.kind === 'asked')
        calls.add(1, { 'messaging.destination.name': event.queue, outcome: event.outcome });
      if (event.kind === 'answeredLate') lateAnswers.add(1, { 'messaging.system': event.broker });
      if (event.kind !== 'connection') return;
      const change = event.state === 'blocked' ? 1 : event.state === 'unblocked' ? -1 : 0;
      blocked.add(change, { 'messaging.system': event.broker });
    },
  };
}

function instruments() {
  const meter = metrics.getMeter('@waybill/messaging');
  return {
    blocked: meter.createUpDownCounter('waybill.connections.blocked', {
      unit: '{connection}',
      description: 'Connections on which the broker takes no messages just now (memory or disk alarm)',
    }),
    calls: meter.createCounter('waybill.rpc.calls', {
      unit: '{call}',
      description: 'Questions that were asked and are settled, by what became of them',
    }),
    lateAnswers: meter.createCounter('waybill.rpc.late_answers', {
      unit: '{message}',
      description: 'Answers that were dropped because nobody waited for them any more',
    }),
  };
}
