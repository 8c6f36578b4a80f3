import { deadLetterAddress } from '@waybill/messaging';
import { equal, ok } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { textOf } from '../messages.js';

export const keepsWhatItCannotSetAside: Behaviour = {
  name: 'keeps a message whose dead-letter address is missing, for whoever comes next',
  async run(world) {
    const trial = await world.trial({ terminal: false });
    const broker = await world.broker();
    await trial.publish('kept');
    const taken = await trial.consume();
    const delivery = await taken.next();
    const address = deadLetterAddress(trial.subscription, trial.home);
    await world.underTest.remove(address);
    await world.eventually(async () => ok((await broker.problemsWith(trial.subscription)).length > 0));
    const moving = delivery.deadLetter({ 'waybill-failure-reason': 'conformance' });
    await taken.consumer.close();
    equal(await moving, false);
    const again = await trial.consume();
    equal(textOf((await again.next()).message), 'kept');
  },
};
