import { deepEqual, ok } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { messageOf, numbers } from '../messages.js';

export const closesAfterWhatIsInFlight: Behaviour = {
  name: 'closes a publisher only after what it has in flight',
  async run(world) {
    const trial = await world.trial({ order: 'key', prefetch: 100 });
    const { broker } = await world.connect();
    const publisher = broker.publisher('in flight');
    const texts = numbers(50);
    let answered = false;
    const publishing = publisher
      .publish(texts.map((each) => ({ address: trial.address, message: messageOf(each) })))
      .finally(() => (answered = true));
    await publisher.close();
    ok(answered, 'the publisher closed before it answered');
    deepEqual(new Set((await publishing).map(({ status }) => status)), new Set(['confirmed']));
    const taken = await trial.consume({ onDelivery: (each) => void each.done() });
    await taken.atLeast(texts.length);
    deepEqual(taken.texts, texts);
  },
};
