import {
  contracts,
  defaultBodyLimits,
  type BodyLimits,
  personalFieldsOf,
  type DefinedContract,
  type JsonSchema,
} from '@waybill/contracts';
import { format } from 'prettier';
import { received, sent } from './channels.ts';
import { questions, type Question } from './questions.ts';
import { schemasOf } from './schemas.ts';

/** `docs/reference/contracts.md`: every message, for people. */
export function contractsPage(): Promise<string> {
  const text = [
    '# Contracts',
    '<!-- Written by `npm run contracts`; a test compares it with the code. -->',
    'Every message of the system: JSON in UTF-8 in an envelope of CloudEvents 1.0. Its `dataschema` ends with the version. ' +
      'Fields that are not listed are passed over; of a key that is there twice the last one counts. A body above ' +
      `${defaultBodyLimits.bytes} bytes or ${defaultBodyLimits.values} values, or with a text that holds NUL or half a ` +
      'surrogate pair, is not read: it becomes a dead letter. None is written either. Also as [AsyncAPI 3](asyncapi.json) and as JSON Schema in ' +
      '`libs/contracts/schemas`. To change one: [how](../how-to/change-a-contract.md).',
    ...contracts.map((contract) => section(contract, waysOf(contract))),
    'What follows is asked over RabbitMQ RPC, at most once: nobody keeps it, and it has no envelope.',
    ...questions.flatMap(asked),
  ].join('\n\n');
  return format(text, { parser: 'markdown', printWidth: 110 });
}

function section(contract: DefinedContract, ways: readonly string[]): string {
  const { type, version, description, dataschema, example, limits } = contract;
  const schema = schemasOf([contract]).get(`${type}.v${version}`)!;
  const people = personalFieldsOf(contract).map((field) => `\`${field}\``);
  return [
    `## ${type}`,
    description,
    [
      `- version ${version}, \`${dataschema}\`${version > 1 ? `; older ones are read and raised to it` : ''}`,
      ...ways,
      `- personal: ${people.join(', ') || 'nothing'}`,
      ...(limits === defaultBodyLimits ? [] : [limitsOf(limits)]),
    ].join('\n'),
    ['| field | type | rules |', '| --- | --- | --- |', ...fieldsOf(schema, '')].join('\n'),
    `\`\`\`json\n${JSON.stringify(example, null, 2)}\n\`\`\``,
  ].join('\n\n');
}

const limitsOf = ({ bytes, values, writtenBytes }: BodyLimits): string =>
  `- at most ${bytes} bytes, ${values} values${writtenBytes ? `; ${writtenBytes} bytes before fields are exchanged for claims` : ''}`;

function waysOf({ type }: DefinedContract): string[] {
  const senders = sent.filter((each) => each.type === type);
  const readers = received.filter(({ types }) => types.includes(type));
  return [
    `- sent: ${senders.map(({ service, broker, address }) => `${service} → ${broker} \`${address}\``).join(', ')}`,
    `- read by: ${readers.map(({ subscription }) => `\`${subscription}\``).join(', ')}`,
  ];
}

function asked({ asks, answers, rpc: { queue, limitMs, request, reply } }: Question): string[] {
  const way = `- asked by ${asks}, answered by ${answers} with \`${reply.type}\` within ${limitMs} ms: rabbitmq \`${queue}\``;
  return [section(request, [way]), section(reply, [`- answers \`${request.type}\``])];
}

function fieldsOf({ properties = {}, required = [] }: JsonSchema, path: string): string[] {
  return Object.entries(properties).flatMap(([name, field]) => {
    const here = `${path}${name}`;
    const rules = [required.includes(name) ? 'required' : 'optional', ...rulesOf(field)];
    const row = `| \`${here}\` | ${typeOf(field)} | ${rules.join(', ').replaceAll('|', '\\|')} |`;
    return [row, ...fieldsOf(field, `${here}.`), ...(field.items ? fieldsOf(field.items, `${here}[].`) : [])];
  });
}

const typeOf = ({ type, anyOf, enum: values }: JsonSchema): string =>
  anyOf ? anyOf.map(typeOf).join(' or ') : values ? 'one of' : (type ?? 'any');

const shown = ['minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'format', 'default'];

function rulesOf(field: JsonSchema): string[] {
  const bounds = shown
    .filter((keyword) => keyword in field)
    .map((keyword) => `${keyword} ${JSON.stringify(field[keyword])}`);
  const values = field.enum ? [field.enum.map((value) => `\`${String(value)}\``).join(', ')] : [];
  const pattern = 'pattern' in field && !('format' in field) ? [`\`${String(field['pattern'])}\``] : [];
  const nested = field.anyOf?.flatMap(rulesOf) ?? [];
  return [...bounds, ...values, ...pattern, ...nested, ...(field['x-personal'] ? ['**personal**'] : [])];
}
