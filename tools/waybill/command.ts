import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { WaybillError } from './waybill.errors.ts';

export const usage = `npm run waybill -- <subject> <action> [message ids] [options]

  dead-letters list                what was set aside and not resolved since (--all: resolved ones too)
  dead-letters show ID             one, with its failure, headers and body
  dead-letters replay ID …         run it again at the subscription that set it aside, and nowhere else
  dead-letters correct ID          the same, with the body of --body FILE
  dead-letters discard ID …        give it up; messages that wait behind it go on
  subscriptions list               how each stands: paused, waiting, parked, dead letters, breaker
  subscriptions pause NAME …       takes no more, on every replica and across restarts, until it is resumed
  subscriptions resume NAME …      goes on where it stopped
  subscriptions rewind NAME        a paused one, on Kafka: delivers again from --to on
  projections rebuild NAME         counts it anew from the first event on, while live counting goes on (NAME: sales)
  topology plan | check            what is missing or different on the brokers; check fails when anything is
  topology apply                   makes what is missing; changes nothing that exists
  republish                        tells again what happened from --from on, to brokers that have lost it

  --subscription NAME   only these dead letters
  --reason TEXT         why; required for all that changes something, and kept with the operation
  --actor NAME          who; default: your user name
  --body FILE           show: where to write the body; correct: the corrected one
  --to TIME             rewind: ISO 8601, or TOPIC/PARTITION/OFFSET, which may be given more than once
                        republish: ISO 8601, until when; default: now
  --from TIME           republish: ISO 8601
                        rebuild: only from this minute on; what was counted before it is kept
  --broker NAME         republish: only to kafka, rabbitmq or sqs
  --dry-run             rewind, republish: only say what would be delivered or told again
  --yes                 rewind: do it; republish: also what a subscription may have forgotten
  --wait SECONDS        for receipts, for consumers to leave or come back, for the outbox to move (default 60)
  --env-file FILE       addresses (default .waybill/env)
  --all, --json
`;

const text = { type: 'string' } as const;
const options = {
  subscription: text,
  reason: text,
  actor: text,
  body: text,
  from: text,
  broker: text,
  to: { ...text, multiple: true },
  'dry-run': { type: 'boolean', default: false },
  yes: { type: 'boolean', default: false },
  wait: { ...text, default: '60' },
  'env-file': { ...text, default: '.waybill/env' },
  all: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

const actions: Readonly<Record<string, readonly string[]>> = {
  'dead-letters': ['list', 'show', 'replay', 'correct', 'discard'],
  subscriptions: ['list', 'pause', 'resume', 'rewind'],
  projections: ['rebuild'],
  topology: ['plan', 'apply', 'check'],
  republish: [''],
};
const operations = ['replay', 'correct', 'discard'];
const standings = ['pause', 'resume', 'rewind'];

export interface Command {
  readonly subject: string;
  readonly action: string;
  /** Of messages, or names of subscriptions or projections. */
  readonly ids: readonly string[];
  readonly subscription?: string;
  readonly reason: string;
  readonly actor: string;
  readonly bodyFile?: string;
  readonly from?: string;
  readonly to: readonly string[];
  readonly broker?: string;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly waitMs: number;
  readonly envFile: string;
  readonly all: boolean;
  readonly json: boolean;
}

export function parseCommand(args: readonly string[]): Command {
  const { values, positionals } = parsed(args);
  const [subject = '', action = '', ...ids] = positionals;
  if (!actions[subject]?.includes(action))
    throw new WaybillError(`There is no "${`${subject} ${action}`.trim()}".\n\n${usage}`);
  const waitMs = Number(values.wait || NaN) * 1_000;
  if (!(waitMs >= 0)) throw new WaybillError(`--wait ${values.wait} must be a number of seconds`);
  const { subscription, reason = '', actor = userInfo().username, body, to = [], yes, all, json } = values;
  const { from, broker } = values;
  const { 'env-file': envFile, 'dry-run': dryRun } = values;
  const command = { subject, action, ids, reason, actor, to, dryRun, yes, waitMs, all, json, envFile };
  refuseIncomplete({ ...command, ...(body && { bodyFile: body }) });
  return {
    ...command,
    ...(subscription && { subscription }),
    ...(body && { bodyFile: body }),
    ...(from && { from }),
    ...(broker && { broker }),
  };
}

function refuseIncomplete(command: Command): void {
  const { action, ids, reason, bodyFile } = command;
  if (action === 'show' && ids.length !== 1) throw new WaybillError('show takes one message id');
  if (action === 'rebuild') return refuseIncompleteRebuild(command);
  if (standings.includes(action)) return refuseIncompleteStanding(command);
  if (!operations.includes(action)) return;
  if (ids.length === 0) throw new WaybillError(`${action} takes at least one message id; list shows them`);
  if (!reason) throw new WaybillError(`${action} needs --reason "why", which is kept with the operation`);
  if (action === 'correct' && (ids.length !== 1 || !bodyFile))
    throw new WaybillError('correct takes one message id and --body FILE');
}

function refuseIncompleteRebuild({ ids, reason }: Command): void {
  if (ids.length !== 1) throw new WaybillError('rebuild takes one projection');
  if (!reason) throw new WaybillError('rebuild needs --reason "why", which is kept with the generation');
}

function refuseIncompleteStanding({ action, ids, reason, to, dryRun }: Command): void {
  if (ids.length === 0) throw new WaybillError(`${action} takes a subscription; list shows them`);
  if (!reason && !dryRun)
    throw new WaybillError(`${action} needs --reason "why", which is kept with the operation`);
  if (action === 'rewind' && (ids.length !== 1 || to.length === 0))
    throw new WaybillError('rewind takes one subscription and --to TIME or --to TOPIC/PARTITION/OFFSET');
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (cause) {
    throw new WaybillError(`${(cause as Error).message}\n\n${usage}`, { cause });
  }
}
