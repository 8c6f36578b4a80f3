import { describe, expect, it } from '@jest/globals';
import type { MessageProperties } from 'amqplib';
import { fittingHeaders } from './fitting-headers.js';
import { toMessage, toProperties, withoutBrokersOwn } from './headers.js';
import { messageOf } from './testing/messages.js';

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

  it('lose their largest ones when they would not fit, attributes last', () => {
    const large = 'x'.repeat(40_000);

    expect(fittingHeaders({ small: 'a', 'cloudEvents:subject': large, one: large })).toEqual({
      small: 'a',
      'cloudEvents:subject': large,
      'waybill-dropped-headers': 'one',
    });
    expect(fittingHeaders({ 'cloudEvents:a': large, 'cloudEvents:b': large })).toHaveProperty(
      'cloudEvents:b',
    );
  });
});
