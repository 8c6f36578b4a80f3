import type { Message } from '@waybill/messaging';
import { deepEqual, equal, ok } from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Behaviour } from '../behaviour.js';
import { idOf, messageOf } from '../messages.js';
import type { Trial } from '../trial.js';
import type { World } from '../world.js';

/** Less than what a retry has to remember. */
const stepBytes = 64;

/** The largest message that is taken, but for a step: of letters that nothing compresses. */
async function publishLargest(trial: Trial, { capabilities }: World): Promise<Message> {
  const { maxMessageBytes } = capabilities;
  const letters = Buffer.from(randomBytes(maxMessageBytes).toString('base64'));
  for (let bytes = maxMessageBytes; bytes > 0; bytes -= stepBytes) {
    const message = messageOf('', { body: letters.subarray(0, bytes) });
    const [result] = await trial.send(message);
    if (result!.status === 'confirmed') return message;
  }
  throw new Error('no message is taken, however small');
}

export const deadLettersWhatNoRetryHasRoomFor: Behaviour = {
  name: 'dead-letters a failing message that is too large for what a retry must remember',
  needs: ['database'],
  async run(world) {
    const trial = await world.trial({ terminal: false, delaysMs: [200], maxAttempts: 2 });
    const handling = await trial.run(() => {
      throw new Error('never');
    });
    const sent = await publishLargest(trial, world);
    await world.eventually(() => equal(handling.of('deadLettered').length, 1));
    const dead = await (await trial.deadLetters()).next();
    equal(idOf(dead.message), idOf(sent));
    ok(Buffer.from(dead.message.body).equals(sent.body), 'its bytes have changed');
    const told = () => handling.notices.filter(({ kind }) => kind === 'dead-lettered');
    await world.eventually(() =>
      deepEqual(
        told().map(({ messageId }) => messageId),
        [idOf(sent)],
      ),
    );
  },
};
