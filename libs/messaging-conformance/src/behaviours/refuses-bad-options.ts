import { MessagingError } from '@waybill/messaging';
import { ok, throws } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';

export const refusesBadOptions: Behaviour = {
  name: 'refuses options that cannot work, each by its name',
  needs: ['options'],
  async run({ underTest }) {
    for (const { option, open } of underTest.badOptions)
      throws(open, (error: unknown) => {
        ok(error instanceof MessagingError, `${option}: ${String(error)}`);
        ok(error.message.includes(option), `"${error.message}" does not name ${option}`);
        return true;
      });
  },
};
