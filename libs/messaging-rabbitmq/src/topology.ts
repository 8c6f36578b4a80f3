import type { RabbitmqExchange, RabbitmqQueue, Topology } from '@waybill/messaging';
import { administer, attempt, type Refusal } from './administration.js';
import { queueArguments } from './queue-arguments.js';
import { TopologyError } from './rabbitmq.errors.js';
import type { RabbitmqOptions } from './rabbitmq.options.js';
import { versionOf } from './server-version.js';
import type { Session } from './session.js';

type Declared = Pick<Topology, 'rabbitmq'>;
type Address = Pick<RabbitmqOptions, 'url' | 'ssl'>;

const notFound = 404;
const preconditionFailed = 406;

/**
 * Declares exchanges, queues and bindings, as the broker's version wants them; what exists as declared is left as it is. Rejects with a `TopologyError` that
 * lists everything that exists differently, each with the way to migrate; all the rest is declared nevertheless.
 */
export async function applyRabbitmqTopology({ rabbitmq }: Declared, address: Address): Promise<void> {
  const problems = await administer(address, async (session) => [
    ...(await each(rabbitmq.exchanges, (exchange) => declareExchange(session, exchange))),
    ...(await each(rabbitmq.queues, (queue) => declareQueue(session, queue))),
    ...(await each(rabbitmq.queues, (queue) => bindQueue(session, queue))),
  ]);
  if (problems.length > 0) throw new TopologyError(problems);
}

/**
 * Rejects with a `TopologyError` that names every exchange and queue that is missing or different. AMQP has no question
 * for bindings; declaring them again, which `applyRabbitmqTopology` does, is the only way to be sure of them.
 */
export async function checkRabbitmqTopology({ rabbitmq }: Declared, address: Address): Promise<void> {
  const problems = await administer(address, async (session) => [
    ...(await each(rabbitmq.exchanges, (exchange) => checkExchange(session, exchange))),
    ...(await each(rabbitmq.queues, (queue) => checkQueue(session, queue))),
  ]);
  if (problems.length > 0) throw new TopologyError(problems);
}

/** Of queues that exist. Who may not declare cannot be told, and is told nothing. */
export function differencesOf(queues: readonly RabbitmqQueue[], session: Session): Promise<string[]> {
  return each(queues, async (queue) => {
    const refusal = await redeclared(session, queue);
    return refusal?.code === preconditionFailed ? explain(refusal, 'queue', queue.name) : undefined;
  });
}

async function each<T>(
  items: readonly T[],
  find: (item: T) => Promise<string | undefined>,
): Promise<string[]> {
  const problems: string[] = [];
  for (const item of items) {
    const problem = await find(item);
    if (problem) problems.push(problem);
  }
  return problems;
}

async function declareExchange(
  session: Session,
  { name, type }: RabbitmqExchange,
): Promise<string | undefined> {
  const refusal = await attempt(session, (channel) => channel.assertExchange(name, type, { durable: true }));
  return refusal && explain(refusal, 'exchange', name);
}

async function declareQueue(session: Session, queue: RabbitmqQueue): Promise<string | undefined> {
  const refusal = await redeclared(session, queue);
  return refusal && explain(refusal, 'queue', queue.name);
}

function redeclared(session: Session, queue: RabbitmqQueue): Promise<Refusal | undefined> {
  const options = { durable: true, arguments: queueArguments(queue, versionOf(session)) };
  return attempt(session, (channel) => channel.assertQueue(queue.name, options));
}

async function bindQueue(session: Session, { name, bindings }: RabbitmqQueue): Promise<string | undefined> {
  const refusal = await attempt(session, async (channel) => {
    for (const { exchange, routingKey } of bindings) await channel.bindQueue(name, exchange, routingKey);
  });
  return refusal && `queue "${name}" cannot be bound: ${refusal.message}`;
}

async function checkExchange(session: Session, exchange: RabbitmqExchange): Promise<string | undefined> {
  const refusal = await attempt(session, (channel) => channel.checkExchange(exchange.name));
  return refusal ? explain(refusal, 'exchange', exchange.name) : declareExchange(session, exchange);
}

/** Exists at all? Only then is it declared again, which changes nothing and is the broker's way to compare arguments. */
async function checkQueue(session: Session, queue: RabbitmqQueue): Promise<string | undefined> {
  const refusal = await attempt(session, (channel) => channel.checkQueue(queue.name));
  return refusal ? explain(refusal, 'queue', queue.name) : declareQueue(session, queue);
}

function explain({ code, message }: Refusal, kind: 'exchange' | 'queue', name: string): string {
  if (code === notFound) return `${kind} "${name}" is missing: apply the topology`;
  if (code !== preconditionFailed) return `${kind} "${name}": ${message}`;
  const migration = kind === 'queue' ? queueMigration(name) : exchangeMigration(name);
  return `${kind} "${name}" exists with other properties: ${message}\n  ${migration}`;
}

/** A queue's arguments cannot be changed, and deleting one that is not empty loses messages: hence `--if-empty`. */
function queueMigration(name: string): string {
  return (
    `To migrate: stop its publishers, let its consumers empty it, stop them, ` +
    `run \`rabbitmqctl delete_queue ${name} --if-empty\`, and apply the topology again.`
  );
}

function exchangeMigration(name: string): string {
  return (
    `To migrate: stop its publishers, delete it ` +
    `(\`rabbitmqadmin delete exchange name=${name}\`), and apply the topology again.`
  );
}
