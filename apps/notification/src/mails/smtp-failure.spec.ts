import { expect, test } from '@jest/globals';
import { smtpFailure } from './smtp-failure.js';

const failure = (properties: object) => smtpFailure(Object.assign(new Error('no'), properties));

test.each([
  ['a server that cannot be reached costs no attempt', { code: 'ESOCKET' }, 'infrastructure'],
  [
    'a password that is refused is ours to mend, not the mail’s fault',
    { code: 'EAUTH', responseCode: 535 },
    'infrastructure',
  ],
  ['a full mailbox may have room later', { code: 'EENVELOPE', responseCode: 452 }, 'retryable'],
  ['a mailbox that does not exist never will', { code: 'EENVELOPE', responseCode: 550 }, 'fatal'],
  ['what nobody has seen before is tried again', {}, 'retryable'],
])('%s', (_policy, properties, kind) => {
  expect(failure(properties).kind).toBe(kind);
});
