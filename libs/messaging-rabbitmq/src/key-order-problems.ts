import { attempt, type Refusal } from './administration.js';
import type { Session } from './session.js';

type Value = string | number | boolean;

const preconditionFailed = 406;
/** No queue has more arguments. */
const mostArguments = 30;

/**
 * Every reason why a queue cannot keep the order of its keys: without a single active consumer two hold messages of one key
 * at once, and a priority lets a later one overtake.
 *
 * AMQP has no question for a queue's arguments. But declaring an existing queue again changes nothing, and the broker
 * refuses the first argument that differs by its name and value: so they are learnt one by one. A queue that does not
 * exist must not come here, since it would be made.
 */
export async function keyOrderProblems(queue: string, session: Session): Promise<string[]> {
  const problems: string[] = [];
  const declared: { durable: boolean; arguments: Record<string, Value> } = {
    durable: true,
    arguments: { 'x-single-active-consumer': true },
  };
  for (let learnt = 0; learnt < mostArguments; learnt++) {
    const refusal = await attempt(session, (channel) => channel.assertQueue(queue, declared));
    if (!refusal) return problems;
    const { name, value } = differenceIn(queue, refusal);
    if (name === 'x-single-active-consumer') return [...problems, withoutSingleActive(queue)];
    if (name === 'x-max-priority') problems.push(withPriorities(queue));
    if (name === 'durable') declared.durable = value === true;
    else if (value !== undefined) declared.arguments[name] = value;
  }
  throw new Error(`queue ${queue}: its arguments could not be learnt`);
}

const withoutSingleActive = (queue: string): string =>
  `order key needs one active consumer: queue ${queue} is declared without x-single-active-consumer`;

const withPriorities = (queue: string): string =>
  `order key allows no priorities: queue ${queue} is declared with x-max-priority`;

const difference =
  /inequivalent arg '(?<name>[^']+)' .*current is (?:'(?<plain>[^']*)'|the value '(?<value>[^']*)' of type '(?<type>\w+)'|none)/s;

/** Throws what is no word about an argument, such as a missing permission: the queue cannot be judged then. */
function differenceIn(queue: string, refusal: Refusal): { name: string; value?: Value } {
  const found = refusal.code === preconditionFailed && difference.exec(refusal.message)?.groups;
  if (!found) throw new Error(`queue ${queue} cannot be judged: ${refusal.message}`, { cause: refusal });
  const { name, plain, value, type } = found;
  if (plain !== undefined) return { name: name!, value: plain === 'true' };
  return { name: name!, ...(value !== undefined && { value: typed(value, type!) }) };
}

function typed(value: string, type: string): Value {
  if (type === 'longstr') return value;
  return type === 'bool' ? value === 'true' : Number(value);
}
