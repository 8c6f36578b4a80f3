import type { Capabilities } from '@waybill/messaging';
import { behaviourGroups, mutants, type BrokerUnderTest, type Result } from '@waybill/messaging-conformance';
import { format } from 'prettier';

type Described = Pick<BrokerUnderTest, 'name' | 'capabilities'>;
type Outcome = Pick<Result, 'broker' | 'behaviour' | 'status' | 'because'>;

const titles: Readonly<Record<string, string>> = {
  kafka: 'Kafka',
  rabbitmq: 'RabbitMQ',
  sqs: 'SQS FIFO',
  memory: 'Memory',
};

const capabilityTitles: Readonly<Record<keyof Capabilities, string>> = {
  keepsKeyOrder: 'keeps the order of a key among competing consumers',
  handsOutKeysAhead: 'hands out the next of a key while one is in hand',
  dropsCopies: 'drops copies itself, for minutes',
  fansOut: 'gives each of several subscriptions all that is sent to one address',
  delaysNatively: 'hands a message out later by itself',
  exactDelays: 'delays exactly, without jitter',
  maxDelayMs: 'longest delay',
  replaysHistory: 'replays what was handled before',
  countsDeliveries: 'counts deliveries',
  staticMembership: 'a member that comes back keeps its partitions',
  priorities: 'priorities',
  rpc: 'answers straight to whoever asked (RPC)',
  maxMessageBytes: 'largest message',
};

/** `docs/reference/brokers.md`: what each broker can do, and what each was found to do. */
export function brokersPage(brokers: readonly Described[], results: readonly Outcome[]): Promise<string> {
  const capabilities = Object.entries(capabilityTitles).map(([name, title]) => [
    title,
    ...brokers.map((broker) => shown(name, broker.capabilities[name as keyof Capabilities])),
  ]);
  const heads = brokers.map(({ name }) => titles[name] ?? name);
  const behaviours = behaviourGroups.flatMap(({ about, behaviours: group }) => [
    `### ${about}`,
    table(
      ['a broker …', ...heads],
      group.map(({ name }) => [name, ...brokers.map((broker) => cell(results, broker.name, name))]),
    ),
  ]);
  const count = behaviourGroups.flatMap((group) => group.behaviours).length;
  const text = [
    '# Brokers',
    '<!-- Written by `npm run conformance -- --write`; a test compares it with the code. -->',
    `What each broker can do for a subscription, and which of the ${count} behaviours of the conformance suite it keeps.`,
    'Capabilities decide what is skipped; the reason stands in the cell.',
    '## Capabilities',
    table(['', ...heads], capabilities),
    '## Behaviours',
    `\`npm run conformance\` asks every broker, with servers of its own that it kills and stops. A behaviour counts only ` +
      `because a broken broker is kept that it finds out: there are ${mutants.length}, and ` +
      `\`npm run conformance -- --mutants\` prints which behaviour finds which.`,
    ...behaviours,
  ].join('\n\n');
  return format(text, { parser: 'markdown', printWidth: 110 });
}

function cell(results: readonly Outcome[], broker: string, behaviour: string): string {
  const result = results.find((each) => each.broker === broker && each.behaviour === behaviour);
  if (result?.status === 'pass') return '✓';
  return result?.status === 'skip' ? `– (${result.because})` : '✗';
}

function shown(name: string, value: boolean | number): string {
  if (typeof value === 'boolean') return value ? '✓' : '–';
  if (name === 'maxDelayMs') return inDaysOrMinutes(value);
  if (name === 'maxMessageBytes') return `${Math.round(value / 1024).toLocaleString('en')} KiB`;
  return value > 1 ? String(value) : '–';
}

const dayMs = 86_400_000;

const inDaysOrMinutes = (ms: number): string =>
  ms < dayMs ? `${Math.floor(ms / 60_000)} minutes` : `${Math.floor(ms / dayMs)} days`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
