import { OutboxRelay } from '@waybill/outbox';
import { kafkaBroker } from '@waybill/messaging-kafka';
import { benchBrokers } from '../contest/bench-kafka.ts';
import type { StartSender } from './sender.ts';

/** The relay as services run it. */
export const startSender: StartSender = async ({ databaseUrl, owner }, sent) => {
  const broker = kafkaBroker({ brokers: benchBrokers(), clientId: owner });
  const publishers = { kafka: broker.publisher('relay') };
  const events = {
    emit: (event: { readonly kind: string; readonly count?: number }) =>
      event.kind === 'published' && sent(event.count!),
  };
  const relay = new OutboxRelay({ databaseUrl, owner, publishers, events });
  relay.start();
  return {
    wake: () => relay.poke(),
    stop: async () => {
      await relay.stop();
      await broker.close();
    },
  };
};
