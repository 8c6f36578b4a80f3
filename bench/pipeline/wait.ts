import { setTimeout as sleep } from 'node:timers/promises';

/** As an answer from elsewhere would take. Node's timers know whole milliseconds: it is 2.5 ms on average. */
export const wait = (): Promise<void> => sleep(Math.random() < 0.5 ? 2 : 3);
