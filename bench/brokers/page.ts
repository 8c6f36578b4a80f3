import { format } from 'prettier';
import type { Line } from '../contest/line.ts';
import type { Figures } from './figures.ts';

const begin =
  '<!-- figures: written by `npm run bench -- which-broker`; a test compares them with the run -->';
const end = '<!-- figures end -->';
const brokers = ['kafka', 'rabbitmq', 'sqs', 'memory'] as const;
type Broker = (typeof brokers)[number];
type Cells = Readonly<Record<Broker, string>>;

/** The page with these figures between its markers; the rest of it is written by people. */
export async function pageWith(figures: Figures, page: string): Promise<string> {
  const [before, rest] = page.split(begin);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new Error(`the page must have ${begin} and ${end}`);
  const text = `${before}${begin}\n\n${table(figures)}\n\n${notes(figures)}\n\n${end}${after}`;
  return format(text, { parser: 'markdown', printWidth: 110 });
}

function table({ parts }: Figures): string {
  const line = (part: string, name: string): Line => {
    const found = parts[part]?.lines.find((each) => each.name === name);
    if (!found) throw new Error(`the run has no "${name}" in ${part}`);
    return found;
  };
  const each = (cell: (broker: Broker) => string): Cells =>
    Object.fromEntries(brokers.map((broker) => [broker, cell(broker)])) as unknown as Cells;
  const rate = (part: string) =>
    each((broker) => {
      const { value, ratio } = line(part, broker);
      return `${ratio === undefined ? '1' : times(ratio)} × (${rounded(value)} /s) ᵐ`;
    });
  const time = (part: string, broker: Broker) =>
    `${short(line(part, `${broker}, p50`).value)}, ${short(line(part, `${broker}, p99`).value)} ms ᵐ`;
  const cpu = each((broker) => `${rounded(line('throughput-1k', broker).cpuMicros!)} µs ᵐ`);
  const again = line('replay', 'kafka, a new group');
  const replayed = again.value / line('throughput-1k', 'kafka').value;
  const rows: [string, Cells][] = [
    ['model', cited.model],
    ['throughput, 100 B', rate('throughput-100')],
    ['throughput, 1 KiB', rate('throughput-1k')],
    ['throughput, 64 KiB', rate('throughput-64k')],
    ['latency p50, p99', each((broker) => time('latency', broker))],
    ['delivery guarantee', cited.guarantee],
    ['ordering', cited.ordering],
    [
      'retention and replay',
      {
        ...cited.retention,
        kafka: `${cited.retention.kafka}; ${times(replayed)} × its throughput ᵐ`,
      },
    ],
    ['delayed messages', cited.delays],
    ['late by, p50, p99', each((broker) => time('delays', broker))],
    [
      'priority',
      {
        ...cited.priority,
        rabbitmq: `${cited.priority.rabbitmq}; overtakes ${short(line('urgency', 'rabbitmq').value)} % of a backlog ᵐ`,
      },
    ],
    ['RPC', { ...cited.rpc, rabbitmq: `direct reply-to; ${time('questions', 'rabbitmq')}` }],
    ['largest message', cited.size],
    ['CPU of our process a message, 1 KiB', cpu],
    ['operating', cited.operating],
    ['best for', cited.best],
  ];
  const cells = rows.map(([name, row]) => [name, ...brokers.map((broker) => row[broker])]);
  const heads = ['', 'Kafka', 'RabbitMQ', 'SQS FIFO', 'Memory (tests)'];
  return [heads, heads.map(() => '---'), ...cells].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function notes({ note, rounds, parts }: Figures): string {
  const [base, ...wider] = parts['confirms']!.lines;
  const ratios = wider.map(({ name, ratio }) => `${name} ${times(ratio!)} ×`).join(', ');
  return [
    `ᵐ measured in one run, medians of ${rounds} alternating rounds${note ? ` (${note})` : ''}. ˢ held to the ` +
      '[conformance suite](../reference/brokers.md). ᶜ cited from the broker’s documentation; what has no ' +
      'mark is our judgement, and the memory is that of [where the time goes](performance.md). Rates are in parts of Kafka’s, ' +
      'within a round: they say more than the figures beside them, which move with the machine.',
    `RabbitMQ’s publisher confirms, against ${base!.name} (${rounded(base!.value)} /s): ${ratios} ᵐ. So the relay ` +
      'publishes in batches, and waits for confirms of many keys at a time.',
  ].join('\n\n');
}

/** `1.0` keeps its nought, and 150 is no `1.5e+2`. */
const times = (ratio: number): string => (ratio < 99.5 ? ratio.toPrecision(2) : rounded(ratio));
const rounded = (value: number): string => Number(value.toPrecision(2)).toLocaleString('en');
const short = (value: number): string => String(Number(value.toPrecision(2)));

/** What no stopwatch says: by capability, held to the conformance suite (ˢ), or from the broker's documentation (ᶜ). */
const cited = {
  model: {
    kafka: 'pull: the consumer fetches ᶜ',
    rabbitmq: 'push, as far as the prefetch ᶜ',
    sqs: 'pull: long poll of 20 s ᶜ',
    memory: 'push',
  },
  guarantee: {
    kafka: 'at least once ˢ; at most once, or transactions, where asked for',
    rabbitmq: 'at least once ˢ',
    sqs: 'at least once ˢ; drops copies for 5 min ᶜ',
    memory: 'at least once ˢ, until the process ends',
  },
  ordering: {
    kafka: 'per key ᵐˢ, within a partition',
    rabbitmq: 'per queue ᵐ with a single active consumer; none among competing ones ˢ',
    sqs: 'per group ᵐˢ',
    memory: 'per key ᵐˢ',
  },
  retention: {
    kafka: 'as long as wanted; any group reads again ˢ',
    rabbitmq: 'until acknowledged; none ᶜ',
    sqs: 'until deleted, 14 days at most; none ᶜ',
    memory: 'until the process ends ˢ',
  },
  delays: {
    kafka: 'a topic for each delay, the consumer waits ˢ',
    rabbitmq: 'a wait queue for each delay (TTL), 49 days ˢ',
    sqs: 'a queue for each delay, 15 min, whole seconds ˢ',
    memory: 'any ˢ',
  },
  priority: {
    kafka: 'none ᶜ',
    rabbitmq: '10 levels (2 on quorum queues) ˢ',
    sqs: 'none ᶜ',
    memory: '10 levels ˢ',
  },
  rpc: { kafka: 'none ˢ', sqs: 'none ˢ', memory: 'none ˢ' },
  size: {
    kafka: '1 MiB, a setting ˢ',
    rabbitmq: '16 MiB, a setting ˢ',
    sqs: '256 KiB ˢ (1 MiB since August 2025 ᶜ)',
    memory: '1 MiB ˢ',
  },
  operating: {
    kafka:
      '3 processes, 1 GiB with small heaps; partitions are planned and rarely changed; disks watched; rolling upgrades',
    rabbitmq:
      '1 process (3 for quorum), 0.2 GiB; queue arguments cannot be changed, a queue is made anew; alarms watched',
    sqs: 'nothing runs; paid by request; queues and policies as code (fauxqs locally)',
    memory: 'nothing',
  },
  best: {
    kafka: 'events that many read, and read again: order events, payments, audit',
    rabbitmq: 'work for one of many: commands, routing, priorities, delays, questions',
    sqs: 'hand-over within AWS: notifications, Lambda',
    memory: 'tests of handlers',
  },
} as const;
