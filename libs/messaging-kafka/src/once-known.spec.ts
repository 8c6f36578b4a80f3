import { expect, test } from '@jest/globals';
import { onceKnown } from './once-known.js';

const failing = (type: string) => Object.assign(new Error(type), { type });

test.each(['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE', 'GROUP_LOAD_IN_PROGRESS'])(
  'a broker that answers %s is asked again',
  async (type) => {
    const answers = [Promise.reject(failing(type)), Promise.resolve('known')];
    expect(await onceKnown(() => answers.shift()!)).toBe('known');
  },
);

test('any other error is told at once', async () => {
  const refused = failing('TOPIC_AUTHORIZATION_FAILED');
  await expect(onceKnown(() => Promise.reject(refused))).rejects.toBe(refused);
});
