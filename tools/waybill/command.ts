import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { WaybillError } from './waybill.errors.ts';

export const usage = `npm run waybill -- <subject> <action> [message ids] [options]

  dead-letters list                what was set aside and not resolved since (--all: resolved ones too)
  dead-letters show ID             one, with its failure, headers and body
  dead-letters replay ID …         run it again at the subscription that set it aside, and nowhere else
  dead-letters correct ID          the same, with the body of --body FILE
  dead-letters discard ID …        give it up; messages that wait behind it go on
  topology plan | check            what is missing or different on the brokers; check fails when anything is
  topology apply                   makes what is missing; changes nothing that exists

  --subscription NAME   only these dead letters
  --reason TEXT         why; required for replay, correct and discard, and kept with the operation
  --actor NAME          who; default: your user name
  --body FILE           the corrected body
  --wait SECONDS        for the receipts of the operations (default 60)
  --env-file FILE       addresses (default .waybill/env)
  --all, --json
`;

const text = { type: 'string' } as const;
const options = {
  subscription: text,
  reason: text,
  actor: text,
  body: text,
  wait: { ...text, default: '60' },
  'env-file': { ...text, default: '.waybill/env' },
  all: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

const actions: Readonly<Record<string, readonly string[]>> = {
  'dead-letters': ['list', 'show', 'replay', 'correct', 'discard'],
  topology: ['plan', 'apply', 'check'],
};
const operations = ['replay', 'correct', 'discard'];

export interface Command {
  readonly subject: string;
  readonly action: string;
  readonly ids: readonly string[];
  readonly subscription?: string;
  readonly reason: string;
  readonly actor: string;
  readonly bodyFile?: string;
  readonly waitMs: number;
  readonly envFile: string;
  readonly all: boolean;
  readonly json: boolean;
}

export function parseCommand(args: readonly string[]): Command {
  const { values, positionals } = parsed(args);
  const [subject = '', action = '', ...ids] = positionals;
  if (!actions[subject]?.includes(action))
    throw new WaybillError(`There is no "${subject} ${action}".\n\n${usage}`);
  const waitMs = Number(values.wait || NaN) * 1_000;
  if (!(waitMs >= 0)) throw new WaybillError(`--wait ${values.wait} must be a number of seconds`);
  const { subscription, reason = '', actor = userInfo().username, body, all, json } = values;
  const command = { subject, action, ids, reason, actor, waitMs, all, json, envFile: values['env-file'] };
  refuseIncomplete({ ...command, ...(body && { bodyFile: body }) });
  return { ...command, ...(subscription && { subscription }), ...(body && { bodyFile: body }) };
}

function refuseIncomplete({ action, ids, reason, bodyFile }: Command): void {
  if (action === 'show' && ids.length !== 1) throw new WaybillError('show takes one message id');
  if (!operations.includes(action)) return;
  if (ids.length === 0) throw new WaybillError(`${action} takes at least one message id; list shows them`);
  if (!reason) throw new WaybillError(`${action} needs --reason "why", which is kept with the operation`);
  if (action === 'correct' && (ids.length !== 1 || !bodyFile))
    throw new WaybillError('correct takes one message id and --body FILE');
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (cause) {
    throw new WaybillError(`${(cause as Error).message}\n\n${usage}`, { cause });
  }
}
