import { describe, expect, test } from '@jest/globals';
import { contracts, personalFieldsOf } from '@waybill/contracts';
import { Parser } from '@asyncapi/parser';
import { asyncApi } from './asyncapi.ts';
import { received, sent } from './channels.ts';
import { incompatibilities } from './compatibility/compare.ts';
import { questionContracts } from './questions.ts';
import { drifted, releasedSchemas } from './files.ts';
import { schemasOf } from './schemas.ts';

describe('contracts', () => {
  test('are what the committed schemas, AsyncAPI and page say; else run `npm run contracts`', async () => {
    expect(await drifted()).toEqual([]);
  });

  test('break nothing that was released; else give the message a new version', async () => {
    const released = await releasedSchemas();
    expect(released.size).toBeGreaterThan(0);
    expect(incompatibilities(released, schemasOf())).toEqual([]);
  });

  test.each(contracts.map((contract) => [contract.type, contract] as const))(
    '%s has an example that it takes, a sender and a reader',
    (type, contract) => {
      const attributes = { dataschema: contract.dataschema };
      const body = contract.encode(contract.example);
      expect(contract.decode({ key: '', headers: {}, attributes, body })).toEqual(contract.example);
      expect(sent.map((each) => each.type)).toContain(type);
      expect(received.flatMap(({ types }) => types)).toContain(type);
    },
  );

  test('mark as personal where somebody can be reached, and what is written to them', () => {
    const personal = contracts.map((contract) => [contract.type, personalFieldsOf(contract)] as const);
    expect(Object.fromEntries(personal.filter(([, fields]) => fields.length > 0))).toEqual({
      'order.created': ['customerEmail'],
      'notification.requested': ['customerEmail', 'invoice'],
    });
  });
});

test('a question and its answer have examples that they take, and stand in the AsyncAPI document as one exchange', () => {
  for (const { dataschema, encode, decode, example } of questionContracts) {
    const attributes = { dataschema };
    expect(decode({ key: '', headers: {}, attributes, body: encode(example) })).toEqual(example);
  }
  const { operations } = asyncApi() as { operations: Record<string, object> };
  const reply = { channel: { $ref: '#/channels/payment.quote.reply' } };
  expect(operations['order-asks-payment.quote']).toMatchObject({ action: 'send', reply });
  expect(operations['payment-answers-payment.quote']).toMatchObject({ action: 'receive', reply });
});

test('the AsyncAPI document is one', async () => {
  const diagnostics = await new Parser().validate(JSON.stringify(asyncApi()));
  expect(diagnostics.filter(({ severity }) => severity === 0)).toEqual([]);
});
