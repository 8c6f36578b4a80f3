import { createHash, randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import {
  withoutFailureHeaders,
  writeControl,
  type Broker,
  type ControlMessage,
  type Subscription,
} from '@waybill/messaging';
import { kafkaBroker } from '@waybill/messaging-kafka';
import { rabbitmqBroker } from '@waybill/messaging-rabbitmq';
import { sqsBroker } from '@waybill/messaging-sqs';
import { readAddresses, type Addresses } from '../addresses.ts';
import type { Command } from '../command.ts';
import { WaybillError } from '../waybill.errors.ts';
import type { DeadLetter } from './dead-letter.ts';
import { deadLettersOnRabbitmq, removeFromRabbitmq } from './rabbitmq-dead-letters.ts';
import { deadLettersOnKafka } from './read-kafka.ts';
import { readReceipts, type Receipt } from './receipts.ts';
import { deadLettersOnSqs, removeFromSqs } from './sqs-dead-letters.ts';
import { unresolved } from './unresolved.ts';

const print = (text: string) => void process.stdout.write(text);
const say = (text: string) => void process.stderr.write(text);

/** The exit code: 1 when an operation ended otherwise than it was meant to, or got no receipt in time. */
export async function runDeadLetters(command: Command): Promise<number> {
  const addresses = await readAddresses(command.envFile);
  const found = await readDeadLetters(addresses, command);
  if (command.action === 'list') return list(found, command);
  if (command.action === 'show') return show(chosen(found, command)[0]!, command);
  return operate(chosen(found, command), command, addresses);
}

/** What no receipt has resolved; with `all`, everything. */
export async function readDeadLetters(
  addresses: Addresses,
  command: Pick<Command, 'subscription' | 'all'>,
): Promise<DeadLetter[]> {
  const { kafka, rabbitmq, aws } = addresses;
  const [onKafka, onRabbitmq, onSqs, receipts] = await Promise.all([
    deadLettersOnKafka(kafka),
    deadLettersOnRabbitmq(rabbitmq),
    deadLettersOnSqs(aws, say),
    readReceipts(kafka),
  ]);
  const found = [...onKafka, ...onRabbitmq, ...onSqs].filter(
    ({ subscription }) => !command.subscription || subscription.name === command.subscription,
  );
  return command.all ? found : unresolved(found, receipts);
}

function list(found: readonly DeadLetter[], { json }: Command): number {
  if (json) print(`${JSON.stringify(found.map(summaryOf))}\n`);
  else print(found.length === 0 ? 'no dead letters\n' : found.map(lineOf).join(''));
  return 0;
}

const summaryOf = ({ subscription, message, ...dead }: DeadLetter) => ({
  ...dead,
  subscription: subscription.name,
  address: message.address,
  key: message.key,
});

const lineOf = ({
  messageId = '(no id)',
  subscription,
  type,
  because,
  attempts,
  lastFailedAt,
}: DeadLetter) => {
  const tried = `${attempts} attempt${attempts === 1 ? '' : 's'}`;
  return `${messageId.padEnd(36)}  ${lastFailedAt}  ${subscription.name}  ${type}  ${tried}  ${because}\n`;
};

async function show(dead: DeadLetter, { bodyFile }: Command): Promise<number> {
  const body = Buffer.from(dead.message.body, 'base64');
  print(`${JSON.stringify({ ...summaryOf(dead), ...dead.message, body: body.toString() }, undefined, 2)}\n`);
  if (bodyFile) await writeNew(bodyFile, body);
  return 0;
}

/** A body that somebody has corrected already is not written over. */
async function writeNew(file: string, body: Buffer): Promise<void> {
  await writeFile(file, body, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
    throw new WaybillError(`--body ${file} exists already; show writes a new file`);
  });
}

/** The latest entry of each id. */
function chosen(found: readonly DeadLetter[], { ids }: Command): DeadLetter[] {
  return ids.map((id) => {
    const dead = found.findLast(({ messageId }) => messageId === id);
    if (!dead) throw new WaybillError(`There is no unresolved dead letter ${id}; list shows them.`);
    return dead;
  });
}

/** Send, then remove: dying in between leaves an entry on RabbitMQ or SQS whose replay or discard then comes to nothing. */
async function operate(
  chosenLetters: readonly DeadLetter[],
  command: Command,
  addresses: Addresses,
): Promise<number> {
  const body = command.bodyFile && (await readFile(command.bodyFile));
  const controls = chosenLetters.map((dead) => ({
    dead,
    control: controlOf(dead, command, body || undefined),
  }));
  for (const [index, { dead, control }] of controls.entries()) {
    await send(dead, control, addresses);
    await remove(dead, addresses);
    say(`${index + 1} of ${controls.length}: ${command.action} ${dead.messageId} sent\n`);
  }
  const operationIds = controls.map(({ control }) => control.operationId);
  return report(await awaitReceipts(operationIds, command, addresses), operationIds, command);
}

function controlOf(
  { messageId, message }: DeadLetter,
  { action, actor, reason }: Command,
  body: Buffer | undefined,
): ControlMessage {
  const former = createHash('sha256').update(Buffer.from(message.body, 'base64')).digest('hex');
  return {
    operationId: randomUUID(),
    kind: action as ControlMessage['kind'],
    messageId: messageId!,
    actor,
    reason,
    askedAt: new Date().toISOString(),
    message: {
      ...message,
      headers: withoutFailureHeaders(message.headers),
      ...(body && { body: body.toString('base64') }),
    },
    ...(body && { formerBodyHash: former }),
  };
}

async function send(
  { subscription }: DeadLetter,
  control: ControlMessage,
  addresses: Addresses,
): Promise<void> {
  const broker = brokerOf(subscription, addresses);
  try {
    const [result] = await broker.publisher('operations').publish([writeControl(control, subscription)]);
    if (result!.status !== 'confirmed')
      throw new WaybillError(`${control.messageId} was not sent: ${result!.because.message}`);
  } finally {
    await broker.close();
  }
}

function brokerOf({ broker }: Subscription, { kafka, rabbitmq, aws }: Addresses): Broker {
  if (broker === 'kafka') return kafkaBroker({ ...kafka, clientId: 'waybill' });
  return broker === 'sqs' ? sqsBroker(aws) : rabbitmqBroker(rabbitmq);
}

/** A topic keeps its entry for good. */
async function remove(dead: DeadLetter, { rabbitmq, aws }: Addresses): Promise<void> {
  if (dead.subscription.broker === 'rabbitmq') await removeFromRabbitmq(rabbitmq, dead);
  if (dead.subscription.broker === 'sqs') await removeFromSqs(aws, dead, say);
}

async function awaitReceipts(
  operationIds: readonly string[],
  { waitMs }: Command,
  { kafka }: Addresses,
): Promise<Receipt[]> {
  for (const untilMs = Date.now() + waitMs; ;) {
    const receipts = (await readReceipts(kafka)).filter(({ operationId }) =>
      operationIds.includes(operationId),
    );
    say(`${receipts.length} of ${operationIds.length} receipts\n`);
    if (receipts.length >= operationIds.length || Date.now() > untilMs) return receipts;
    await pause(1_000);
  }
}

function report(receipts: readonly Receipt[], operationIds: readonly string[], { json }: Command): number {
  if (json) print(`${JSON.stringify(receipts)}\n`);
  else print(receipts.map(({ messageId, result }) => `${messageId}  ${result}\n`).join(''));
  const missing = operationIds.length - receipts.length;
  if (missing > 0) say(`${missing} without a receipt yet; the operation may still be carried out\n`);
  return missing > 0 || receipts.some(({ result }) => result === 'failed again') ? 1 : 0;
}
