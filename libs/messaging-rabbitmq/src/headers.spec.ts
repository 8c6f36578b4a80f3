import { describe, expect, it } from '@jest/globals';
import { messageOf } from '@waybill/test-kit';
import type { MessageProperties } from 'amqplib';
import { fittingHeaders } from './fitting-headers.js';
import { toMessage, toProperties, withoutBrokersOwn } from './headers.js';

const received = (headers: Record<string, unknown>) =>
  toMessage({ headers } as unknown as MessageProperties, new Uint8Array());

describe('headers of a RabbitMQ message', () => {
  it('carry one trace: the envelope’s, else the one among the headers', () => {
    const attributes = { id: 'x', traceparent: 'ours' };
    const headers = { traceparent: 'theirs' };

    expect(toProperties(messageOf('', { attributes, headers })).headers.traceparent).toBe('ours');
    expect(toProperties(messageOf('', { attributes: {}, headers })).headers.traceparent).toBe('theirs');
    expect(received({ traceparent: 'plain', 'cloudEvents:traceparent': 'copy' })).toMatchObject({
      attributes: { traceparent: 'plain' },
      headers: {},
    });
  });

  it('leave out what the broker writes or obeys', () => {
    const brokers = {
      CC: 'q',
      BCC: 'q',
      'x-death': 'd',
      'x-first-death-reason': 'r',
      'x-delivery-count': '1',
    };

    expect(withoutBrokersOwn({ ...brokers, tenant: 'a' })).toEqual({ tenant: 'a' });
  });

  it('name no key and no id for a message that has none', () => {
    const properties = toProperties({ key: '', attributes: {}, headers: {}, body: new Uint8Array() });

    expect(properties).toMatchObject({
      persistent: true,
      contentType: 'application/octet-stream',
      headers: {},
    });
    expect(properties).not.toHaveProperty('messageId');
  });

  it('are text whatever AMQP calls them: bytes in base64, times in ISO 8601, all else JSON', () => {
    const when = { '!': 'timestamp', value: 1_767_225_600 };
    const { headers } = received({
      when,
      never: { '!': 'timestamp', value: 2 ** 60 },
      price: { '!': 'decimal', value: { places: 2, digits: 199 } },
      bytes: Buffer.from('abc'),
      nested: { list: [1, null, when], yes: true },
    });

    expect(headers).toEqual({
      when: '2026-01-01T00:00:00.000Z',
      never: String(2 ** 60),
      price: '{"places":2,"digits":199}',
      bytes: 'YWJj',
      nested: '{"list":[1,null,"2026-01-01T00:00:00.000Z"],"yes":true}',
    });
  });

  it('lose their largest ones when they would not fit, attributes last', () => {
    const large = 'x'.repeat(40_000);

    expect(fittingHeaders({ small: 'a', 'cloudEvents:subject': large, one: large })).toEqual({
      small: 'a',
      'cloudEvents:subject': large,
      'waybill-dropped-headers': 'one',
    });
    expect(fittingHeaders({ 'exception.stacktrace': large, theirs: 'y'.repeat(30_000) })).toEqual({
      'exception.stacktrace': large,
      'waybill-dropped-headers': 'theirs',
    });
    expect(fittingHeaders({ 'cloudEvents:a': large, 'cloudEvents:b': large })).toHaveProperty(
      'cloudEvents:b',
    );
  });
});
