import { parseArgs } from 'node:util';
import { sites, type Site } from '../servers/site.ts';
import { ConformanceError } from './conformance.errors.ts';

export const usage = `npm run conformance -- [options]

  Holds Kafka, RabbitMQ, SQS and the memory broker to every behaviour, on servers of its own: the table of broker and
  behaviour with pass, skip (why) and fail. Fails when one fails.

  --mutants          instead: each behaviour with the broken brokers that it must find out
  --broker NAME      only this one: kafka, rabbitmq, sqs or memory; may be repeated
  --behaviour TEXT   only behaviours whose name contains this
  --write            docs/reference/brokers.md from capabilities and results
  --json             the results as JSON
  --report FILE      the results as JSON into a file
  --site NAME        the servers of this site, left running; default: its own, stopped at the end
`;

const brokerNames = ['kafka', 'rabbitmq', 'sqs', 'memory'] as const;
export type BrokerName = (typeof brokerNames)[number];

export interface Options {
  readonly asked: 'help' | 'mutants' | 'brokers';
  readonly brokers: readonly BrokerName[];
  readonly behaviour: string;
  readonly write: boolean;
  readonly json: boolean;
  readonly report?: string;
  readonly site: Site;
}

const flag = { type: 'boolean', default: false } as const;

export function parseOptions(args: readonly string[]): Options {
  const { values } = parsed(args);
  const brokers = values.broker.length > 0 ? values.broker : brokerNames;
  const unknown = brokers.filter((name) => !brokerNames.some((known) => known === name));
  if (unknown.length > 0)
    throw new ConformanceError(`--broker takes ${brokerNames.join(', ')}; not ${unknown}`);
  const site = sites[values.site];
  if (!site) throw new ConformanceError(`--site takes ${Object.keys(sites).join(', ')}`);
  const { behaviour, write, json, report } = values;
  if (write && (brokers.length < brokerNames.length || behaviour))
    throw new ConformanceError('--write needs the results of all brokers and behaviours');
  return {
    asked: values.help ? 'help' : values.mutants ? 'mutants' : 'brokers',
    brokers: brokers as readonly BrokerName[],
    behaviour,
    write,
    json,
    site,
    ...(report && { report }),
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: flag,
        mutants: flag,
        broker: { type: 'string', multiple: true, default: [] },
        behaviour: { type: 'string', default: '' },
        write: flag,
        json: flag,
        report: { type: 'string' },
        site: { type: 'string', default: 'conformance' },
      },
    });
  } catch (cause) {
    throw new ConformanceError(`${(cause as Error).message}\n\n${usage}`, { cause });
  }
}
