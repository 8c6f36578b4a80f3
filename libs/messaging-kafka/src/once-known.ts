import { setTimeout as pause } from 'node:timers/promises';

const withinMs = 30_000;

/**
 * A topic is made before every broker has heard of it, and a group's coordinator loads what is committed before it answers;
 * in a cluster that has just formed that takes seconds. A broker that does not know yet is asked again. The work must be
 * safe to repeat.
 */
export async function onceKnown<T>(work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isNotKnownYet(error) || Date.now() > deadline) throw error;
      await pause(100);
    }
  }
}

const notKnownYet = [
  'UNKNOWN_TOPIC_OR_PARTITION',
  'LEADER_NOT_AVAILABLE',
  'GROUP_LOAD_IN_PROGRESS',
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR_FOR_GROUP',
];

const isNotKnownYet = (error: unknown): boolean =>
  notKnownYet.includes(String((error as { type?: unknown }).type));
