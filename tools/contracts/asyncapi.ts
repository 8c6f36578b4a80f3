import { contracts } from '@waybill/contracts';
import { messageOf } from './asyncapi-message.ts';
import { questionChannels, questionMessages, questionOperations } from './asyncapi-questions.ts';
import { received, sent } from './channels.ts';

type Refs = { readonly $ref: string }[];

const idOf = (address: string): string => address.replaceAll('/', '_');
const messageRef = (type: string) => ({ $ref: `#/components/messages/${type}` });

/** `docs/reference/asyncapi.json`: who sends and reads which message where. */
export function asyncApi(): object {
  const addresses = new Map([...sent, ...received].map(({ address, broker }) => [address, broker]));
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Waybill',
      version: '0.1.0',
      description:
        'Every message of the system. Written by `npm run contracts`; a test compares it with the code.',
      license: { name: 'MIT' },
    },
    defaultContentType: 'application/json',
    channels: {
      ...Object.fromEntries(
        [...addresses].map(([address, broker]) => [idOf(address), channel(address, broker)]),
      ),
      ...questionChannels(),
    },
    operations: { ...sending(), ...receiving(), ...questionOperations() },
    components: { messages: { ...messages(), ...questionMessages() } },
  };
}

function channel(address: string, broker: string): object {
  const there = [
    ...sent.filter((each) => each.address === address).map(({ type }) => type),
    ...received.filter((each) => each.address === address).flatMap(({ types }) => types),
  ];
  const types = [...new Set(there)];
  return {
    address,
    description: `On ${broker}.`,
    messages: Object.fromEntries(types.map((type) => [type, messageRef(type)])),
  };
}

const inChannel = (address: string, types: readonly string[]): { channel: object; messages: Refs } => ({
  channel: { $ref: `#/channels/${idOf(address)}` },
  messages: types.map((type) => ({ $ref: `#/channels/${idOf(address)}/messages/${type}` })),
});

function sending(): object {
  const byPlace = Map.groupBy(sent, ({ service, address }) => `${service}-sends-${idOf(address)}`);
  return Object.fromEntries(
    [...byPlace].map(([name, group]) => [
      name,
      {
        action: 'send',
        ...inChannel(
          group[0]!.address,
          group.map(({ type }) => type),
        ),
      },
    ]),
  );
}

function receiving(): object {
  return Object.fromEntries(
    received.map(({ subscription, address, types }) => [
      `${subscription}-reads-${idOf(address)}`,
      { action: 'receive', ...inChannel(address, types) },
    ]),
  );
}

function messages(): Record<string, object> {
  return Object.fromEntries(
    contracts.map((contract) => [
      contract.type,
      messageOf(contract, envelope(contract.type, contract.dataschema)),
    ]),
  );
}

/** CloudEvents 1.0 by its own names; each broker has a prefix for them. */
const envelope = (type: string, dataschema: string): object => ({
  type: 'object',
  required: ['specversion', 'id', 'type', 'source', 'subject', 'time', 'dataschema', 'sequence'],
  properties: {
    specversion: { const: '1.0' },
    id: { type: 'string', format: 'uuid' },
    type: { const: type },
    source: { type: 'string' },
    subject: { type: 'string' },
    time: { type: 'string', format: 'date-time' },
    dataschema: { const: dataschema },
    sequence: { type: 'string', pattern: '^\\d+$' },
    traceparent: { type: 'string' },
  },
});
