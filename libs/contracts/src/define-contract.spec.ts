import { describe, expect, test } from '@jest/globals';
import { inspect } from 'node:util';
import { z } from 'zod';
import { OrderCreated } from './orders/order-events.js';
import { defineContract, earlier } from './define-contract.js';

const v1 = z.object({ full: z.string() });
const v2 = z.object({ names: z.array(z.string()) });
const v3 = z.object({ names: z.array(z.string()).min(1), known: z.boolean() });
const Named = defineContract({
  type: 'named',
  version: 3,
  description: 'Somebody has a name.',
  payload: v3,
  earlier: [
    earlier(v1, v2, ({ full }) => ({ names: full.split(' ') })),
    earlier(v2, v3, ({ names }) => ({ names: names.length > 0 ? names : ['?'], known: names.length > 0 })),
  ],
  example: { names: ['Ann'], known: true },
});

const decoded = (dataschema: string, payload: unknown) =>
  Named.decode({
    key: '',
    headers: {},
    attributes: { dataschema },
    body: Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)),
  });

describe('a message', () => {
  test.each([
    ['urn:waybill:named:v1', { full: 'Ann Lee' }, { names: ['Ann', 'Lee'], known: true }],
    ['urn:waybill:named:v2', { names: [] }, { names: ['?'], known: false }],
    ['urn:waybill:named:v3', { names: ['Ann'], known: true }, { names: ['Ann'], known: true }],
  ])('of %s is seen as the newest', (dataschema, old, now) => {
    expect(decoded(dataschema, old)).toEqual(now);
  });

  test.each([
    [
      'a newer version',
      'urn:waybill:named:v4',
      {},
      /named: version 4 is newer than 3, .* replay it once newer/,
    ],
    [
      'version 0',
      'urn:waybill:named:v0',
      {},
      /dataschema "urn:waybill:named:v0" is not urn:waybill:named:vN/,
    ],
    ['another schema', 'urn:waybill:other:v1', {}, /dataschema "urn:waybill:other:v1"/],
    ['no schema', '', {}, /dataschema "" is not/],
    ['a payload of another version', 'urn:waybill:named:v1', { names: ['Ann'] }, /^named v1: full: /],
    ['no JSON', 'urn:waybill:named:v2', '{', /^named v2: body is not JSON/],
  ])('of %s is undecodable, and says why', (_, dataschema, payload, because) => {
    expect(() => decoded(dataschema, payload)).toThrow(because);
    expect(() => decoded(dataschema, payload)).toThrow(
      expect.objectContaining({ code: 'WAYBILL_UNDECODABLE' }),
    );
  });
});

test.each(['ann@example.com', '{"customerEmail":"ann@example.com'])(
  'what is wrong with a body is said without quoting it: failures are logged (%s)',
  (body) => {
    const attributes = { dataschema: OrderCreated.dataschema };
    const whole = {
      customerEmail: 'ann@example.com',
      delivery: 'ann@example.com',
      customerId: 'ann@example.com ',
    };
    for (const bytes of [body, JSON.stringify(whole)]) {
      let thrown: unknown;
      try {
        OrderCreated.decode({ key: '', headers: {}, attributes, body: Buffer.from(bytes) });
      } catch (error) {
        thrown = error;
      }
      expect(inspect(thrown, { depth: 9 })).toContain('UndecodableError');
      expect(inspect(thrown, { depth: 9 })).not.toContain('ann@');
    }
  },
);

describe('a body', () => {
  const body = (payload: string) => decoded('urn:waybill:named:v3', payload);
  const right = '"names":["Ann"],"known":true';

  test('above the limits of its contract is not read', () => {
    const limits = { bytes: 60, values: 6 };
    const Small = defineContract({ ...Named, version: 1, payload: v2, earlier: [], limits });
    const read = (text: string) => {
      const attributes = { dataschema: 'urn:waybill:named:v1' };
      return Small.decode({ key: '', headers: {}, attributes, body: Buffer.from(text) });
    };
    expect(read('{"names":["1","2","3","4"]}')).toEqual({ names: ['1', '2', '3', '4'] });
    expect(() => read('{"names":["1","2","3","4","5"]}')).toThrow('more values than the limit of 6');
    expect(() => read(`{"names":["${'x'.repeat(60)}"]}`)).toThrow(
      'body of 74 bytes is above the limit of 60',
    );
  });

  test('above the limits of its contract is not written, and the limits are checked before the schema', () => {
    const limits = { bytes: 60, values: 6, writtenBytes: 80 };
    const Small = defineContract({ ...Named, version: 1, payload: v2, earlier: [], limits });
    const unencodable = (payload: unknown) => {
      try {
        Small.encode(payload as { names: string[] });
      } catch (error) {
        return error;
      }
      return undefined;
    };
    const told = (reason: string) =>
      expect.objectContaining({ code: 'WAYBILL_UNENCODABLE', message: expect.stringContaining(reason) });
    expect(unencodable({ names: ['x'.repeat(60)] })).toBeUndefined();
    expect(unencodable({ names: ['x'.repeat(80)] })).toEqual(
      told('body of 94 bytes is above the limit of 80'),
    );
    expect(unencodable({ names: [1, 2, 3, 4, 5] })).toEqual(told('more values than the limit of 6'));
    expect(unencodable({ names: ['a\0b'] })).toEqual(told('NUL or half a surrogate pair'));
    const circle: unknown[] = [];
    circle.push(circle);
    expect(unencodable({ names: circle })).toEqual(told('more values'));
  });

  test('with many faults names twenty and counts the rest', () => {
    const names = Array.from({ length: 50 }, (_, index) => index);
    const told = /^named v3: names\.0: [^;]*(; names\.\d+: [^;]*){19}; and 30 more$/;
    expect(() => body(JSON.stringify({ names, known: true }))).toThrow(told);
  });

  test('with one key twice means the last', () => {
    expect(body(`{"names":1,${right}}`)).toEqual({ names: ['Ann'], known: true });
    expect(() => body(`{${right},"names":1}`)).toThrow('names: ');
  });

  test('with __proto__ gives no field and changes no object', () => {
    expect(() => body(`{"__proto__":{${right}}}`)).toThrow('names: ');
    const read = body(`{${right},"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}`);
    expect(Object.keys(read)).toEqual(['names', 'known']);
    expect([read, {}].map((each) => (each as { polluted?: unknown }).polluted)).toEqual([
      undefined,
      undefined,
    ]);
  });

  test.each(['"\\ud800"', '"\\udfff x"', '"a\\u0000b"'])(
    'with %s is refused: no database keeps it',
    (text) => {
      expect(() => body(`{"names":[${text}],"known":true}`)).toThrow('NUL or half a surrogate pair');
      expect(() => body(`{${right},"unlisted":{"deep":[${text}]}}`)).toThrow('NUL or half a surrogate pair');
    },
  );

  test('with a whole surrogate pair is a text like any other', () => {
    expect(body('{"names":["\\ud83d\\ude00"],"known":true}')).toEqual({ names: ['😀'], known: true });
  });
});

test('a contract whose history has a gap is refused', () => {
  const gap = { type: 'gap', version: 3, description: '', payload: v3, example: Named.example };
  expect(() => defineContract({ ...gap, earlier: [earlier(v1, v2, () => ({ names: [] }))] })).toThrow(
    'version 3 needs 2 earlier ones',
  );
});

test.each([true, false])('order.created of version 1 is seen as version 2, express %s', (express) => {
  const { customerEmail: _, delivery: __, ...same } = OrderCreated.example;
  const body = Buffer.from(JSON.stringify({ ...same, express }));
  const attributes = { dataschema: 'urn:waybill:order.created:v1' };
  expect(OrderCreated.decode({ key: '', headers: {}, attributes, body })).toEqual({
    ...same,
    customerEmail: null,
    delivery: express ? 'express' : 'standard',
  });
});

test('a contract finds what a message tells of a person, also in one that it refuses', () => {
  const of = (body: string) =>
    OrderCreated.personal!({ key: '', attributes: {}, headers: {}, body: Buffer.from(body) });
  expect(of('{"customerEmail":"no address","lines":7}')).toEqual(['no address']);
  expect(of('{"customerEmail":7}')).toEqual([]);
  expect(of('no JSON')).toEqual([]);
});
