import { deepEqual, equal } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { messageOf } from '../messages.js';

export const deadLettersAnyBytes: Behaviour = {
  name: 'delivers and sets aside what has no envelope, byte by byte',
  async run(world) {
    const trial = await world.trial({ terminal: false });
    const body = Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28]);
    await trial.publish(messageOf('', { key: '', attributes: {}, body }));
    const delivery = await (await trial.consume()).next();
    deepEqual({ ...delivery.message.attributes }, {});
    equal(await delivery.deadLetter({ 'waybill-failure-reason': 'unreadable' }), true);
    await delivery.done();
    const dead = await (await trial.deadLetters()).next();
    equal(Buffer.from(dead.message.body).toString('hex'), body.toString('hex'));
  },
};
