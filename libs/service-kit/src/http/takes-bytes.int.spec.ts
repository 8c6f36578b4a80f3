import { describe, expect, test } from '@jest/globals';
import { RunningParcels } from '../testing/parcels-service.js';

const { send } = new RunningParcels();

const ask = (path: string, type: string, body: Uint8Array | string) =>
  send(path, { method: 'POST', headers: { 'content-type': type }, body });
const refused = async (answer: ReturnType<typeof send>) => {
  const { status, text } = await answer;
  const { errors } = JSON.parse(text);
  return [status, errors[0].field, errors[0].rule, errors[0].message];
};

describe('a route that takes bytes', () => {
  test.each(['image/png', 'application/pdf', 'Image/PNG; name=label'])(
    'has them of %s as they came',
    async (type) => {
      const { status, text } = await ask('/parcels/labels', type, Uint8Array.of(0, 255, 10));
      expect([status, JSON.parse(text)]).toEqual([201, { bytes: [0, 255, 10] }]);
    },
  );

  test.each(['application/json', 'image/gif', ''])(
    'refuses a body of "%s", naming what it takes',
    async (type) => {
      const message = 'Send the body as image/png or application/pdf.';
      expect(await refused(ask('/parcels/labels', type, '{}'))).toEqual([415, 'body', 'media_type', message]);
    },
  );

  test('has a limit of its own', async () => {
    expect((await ask('/parcels/labels', 'image/png', new Uint8Array(2_000))).status).toBe(201);
    const tooBig = await refused(ask('/parcels/labels', 'image/png', new Uint8Array(2_001)));
    expect(tooBig.slice(0, 3)).toEqual([413, 'body', 'too_big']);
  });
});

test('all other routes still take JSON only', async () => {
  const message = 'Send the body as application/json.';
  expect(await refused(ask('/parcels', 'image/png', '{}'))).toEqual([415, 'body', 'media_type', message]);
});
