import { PostgresInbox } from '@waybill/idempotency';
import {
  defineSubscription,
  done,
  perTransaction,
  type Delivery,
  type MessageHandler,
  type Outcome,
  type Subscription,
} from '@waybill/messaging';
import { pgDatabase } from '@waybill/outbox';
import type { Contender } from '../contest/contender.ts';
import { effectColumns, insertEffects, type DatabaseWorld, type Effect } from './database-world.ts';
import { placedOrder } from '../contest/placed-order.ts';
import { runSubscription } from './run-subscription.ts';
import { Tally } from './tally.ts';

/** The pipeline with everything it does: envelope, trace, key locks, waiting keys, inbox, effects, watermark. */
export async function pipelineBatches(world: DatabaseWorld): Promise<Contender> {
  const subscription = defineSubscription({
    ...declared,
    name: `${world.topic}-group`,
    addresses: [world.topic],
  });
  await world.kafka.besides(subscription);
  const name = 'pipeline, inbox and one row a message';
  return {
    name,
    round: async () => {
      await world.empty();
      const measured = await run(world, subscription);
      await world.check(name);
      return measured;
    },
  };
}

const declared = { broker: 'kafka', order: 'key', lane: 'batch' } as const;

function run(world: DatabaseWorld, subscription: Subscription) {
  const options = {
    subscription,
    handlers: [{ contract: placedOrder, handler: new InsertsEffects() }],
    database: pgDatabase(world.pool),
    inbox: new PostgresInbox(),
  };
  return runSubscription(world.kafka, options, new Tally(world.messages));
}

/** Gathers a batch's rows and writes them in one statement before COMMIT, as the outbox does. */
class InsertsEffects implements MessageHandler<typeof placedOrder> {
  private readonly gathered = perTransaction<Effect[]>((transaction) => {
    const effects: Effect[] = [];
    transaction.beforeCommit(
      async () => void (await transaction.execute(insertEffects, effectColumns(effects))),
    );
    return effects;
  });

  async handle({ payload, envelope, transaction }: Delivery<typeof placedOrder>): Promise<Outcome> {
    const { customerId, customerEmail } = payload;
    this.gathered(transaction).push({
      id: envelope.id,
      key: customerId,
      sequence: envelope.sequence,
      email: customerEmail,
    });
    return done();
  }
}
