import { randomUUID } from 'node:crypto';
import { carryOutRewind, planRewind, type PartitionRewind } from '@waybill/messaging-kafka';
import type pg from 'pg';
import type { Addresses } from '../addresses.ts';
import type { Command } from '../command.ts';
import { WaybillError } from '../waybill.errors.ts';
import { kafkaOptions } from './at-the-broker.ts';
import type { Declared } from './declared.ts';
import { targetOf } from './rewind-target.ts';
import { untilConsumers } from './until-consumers.ts';
import { withDatabase } from './with-database.ts';

const dayMs = 86_400_000;

/** Says what will be delivered again, and with `--yes` does it; the subscription stays paused. */
export async function rewind(
  subscription: Declared,
  addresses: Addresses,
  command: Command,
): Promise<number> {
  if (subscription.broker !== 'kafka')
    throw new WaybillError(
      `${subscription.name} is a queue, which keeps no history: what was settled is gone. ` +
        'Only subscriptions on Kafka can be rewound.',
    );
  const options = kafkaOptions(addresses);
  const plan = await planRewind(subscription, targetOf(command.to), knownSinceMs(subscription), options);
  refuseForgotten(subscription, plan);
  tell(plan, command);
  if (command.dryRun || plan.length === 0) return 0;
  if (!command.yes)
    throw new WaybillError('Nothing was done. Say --yes to do it, or --dry-run to only look.');
  if (!subscription.paused)
    throw new WaybillError(`Pause it first: npm run waybill -- subscriptions pause ${subscription.name}`);
  if (!(await untilConsumers('left', subscription, addresses, command)))
    throw new WaybillError(
      'It still has consumers, so nothing was done. Try again, or with a longer --wait.',
    );
  await withDatabase(subscription.database, addresses.databases[subscription.database]!, (client) =>
    carryOut(subscription, plan, command, client, addresses),
  );
  process.stderr.write(
    `rewound; it goes on with: npm run waybill -- subscriptions resume ${subscription.name}\n`,
  );
  return 0;
}

/** A day less than ids are known: they must still be while it works through what comes again. */
const knownSinceMs = ({ inboxDays }: Declared): number => Date.now() - (inboxDays - 1) * dayMs;

/** Whether such old messages were handled is forgotten: they would be handled twice. */
function refuseForgotten({ name, replaySafe, inboxDays }: Declared, plan: readonly PartitionRewind[]): void {
  const forgotten = plan.filter(({ to, knownFrom }) => to < knownFrom);
  if (replaySafe || forgotten.length === 0) return;
  const places = forgotten.map(
    ({ topic, partition, knownFrom }) => `\n- ${topic}/${partition}/${knownFrom} is the first that is known`,
  );
  throw new WaybillError(
    `${name} knows for ${inboxDays} days what it has handled, and this goes further back: it would handle messages a ` +
      `second time. Only a subscription declared replaySafe may do that.${places.join('')}`,
  );
}

function tell(plan: readonly PartitionRewind[], { json, dryRun }: Command): void {
  const partitions = plan.map(moveOf);
  const messages = partitions.reduce((sum, each) => sum + each.messages, 0);
  if (json) return void process.stdout.write(`${JSON.stringify({ dryRun, messages, partitions })}\n`);
  for (const { topic, partition, from, to, messages: again } of partitions)
    process.stdout.write(`${topic}/${partition}  ${from} → ${to}  ${again} messages again\n`);
  process.stdout.write(`${messages} messages to be delivered again\n`);
}

const moveOf = ({ topic, partition, from, to }: PartitionRewind) => ({
  topic,
  partition,
  from: String(from),
  to: String(to),
  messages: Number(from - to),
});

/**
 * Recorded first; then, with the row locked so that nobody resumes meanwhile, the offsets and the record's end. Dying in
 * between leaves a record without an end, and a rewind that may be asked for again.
 */
async function carryOut(
  { name, addresses: topics }: Declared,
  plan: readonly PartitionRewind[],
  { actor, reason }: Command,
  client: pg.Client,
  addresses: Addresses,
): Promise<void> {
  const operationId = randomUUID();
  const details = JSON.stringify(plan.map(moveOf));
  await client.query(insertRewind, [operationId, name, actor, reason, details]);
  await client.query('BEGIN');
  const { rows } = await client.query<{ paused: boolean }>(lockState, [name]);
  if (!rows[0]?.paused) throw new WaybillError(`${name} was resumed meanwhile; nothing was done.`);
  await carryOutRewind({ name, addresses: topics }, plan, kafkaOptions(addresses));
  await client.query(endRewind, [operationId]);
  await client.query('COMMIT');
}

const insertRewind = `
  INSERT INTO subscription_operations (operation_id, subscription, kind, actor, reason, details)
  VALUES ($1, $2, 'rewind', $3, $4, $5::json)`;

const lockState = `
  SELECT paused_at IS NOT NULL AS paused FROM subscription_states WHERE subscription = $1 FOR UPDATE`;

const endRewind = 'UPDATE subscription_operations SET carried_out_at = now() WHERE operation_id = $1';
