import { withoutFailureHeaders, type Message } from '@waybill/messaging';
import { deepEqual, equal } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { dueIn } from '../hop-headers.js';
import { messageOf } from '../messages.js';

const content = ({ key, attributes, headers, body }: Message) => ({
  key,
  attributes: { ...attributes },
  headers: withoutBrokersOwn(withoutFailureHeaders(headers)),
  body: Buffer.from(body).toString('hex'),
});

/** RabbitMQ tells of the hops that it made itself. */
const withoutBrokersOwn = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(headers).filter(([name]) => !/^x-(death|first-death|last-death)/.test(name)),
  );

export const keepsTheMessageOverEveryHop: Behaviour = {
  name: 'keeps key, envelope, headers and bytes over every hop',
  async run(world) {
    const trial = await world.trial({ terminal: false });
    const headers = { tenant: 'ключ 鍵', empty: '' };
    const sent = messageOf('', { key: 'Żółw №1', headers, body: Buffer.from([0, 255, 128, 10, 13]) });
    await trial.publish(sent);
    const taken = await trial.consume();
    for (let retries = 0; retries < 2; retries++) {
      const delivery = await taken.next();
      equal(await delivery.retryLater(200, dueIn(200, { 'waybill-attempts': `${retries + 1}` })), true);
      await delivery.done();
    }
    const retried = await taken.next();
    equal(await retried.deadLetter({ 'waybill-attempts': '3' }), true);
    await retried.done();
    const dead = await (await trial.deadLetters()).next();
    deepEqual([content(retried.message), content(dead.message)], [content(sent), content(sent)]);
  },
};
