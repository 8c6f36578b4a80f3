import { setTimeout as sleep } from 'node:timers/promises';

/** As an answer from elsewhere would take. Node's timers know whole milliseconds: it is 2.5 ms on average. */
export const wait = (number: number): Promise<void> => sleep(number % 2 ? 2 : 3);
