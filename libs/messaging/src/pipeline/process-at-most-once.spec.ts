import { describe, expect, it } from '@jest/globals';
import { InfrastructureError } from '../messaging.errors.js';
import { deadLetter, done, retryLater, type Outcome } from '../outcome.js';
import { defineSubscription, problemsOf } from '../subscription.js';
import { deadLetterAddresses, inletAddresses, retryAddresses } from '../subscription-addresses.js';
import { PipelineBench } from '../testing/pipeline-bench.js';

const atMostOnce = { guarantee: 'at-most-once' } as const;

const bench = (handle: (id: string) => Promise<Outcome> = async () => done()) =>
  new PipelineBench(handle, atMostOnce);

describe('what is wanted at most once', () => {
  it('is handled together, with no inbox to pay for', async () => {
    const once = bench();
    await once.process(['a', 'b', 'c']);
    expect(once.effects).toEqual(['a', 'b', 'c']);
    expect(once.database.committed).toBe(1);
    await once.process(['a']);
    expect(once.effects).toEqual(['a', 'b', 'c', 'a']); // remembered nowhere: the broker's settling is all there is
  });

  it('is lost alone when it fails: neither retried nor set aside, and counted', async () => {
    const outcomes: Record<string, () => Promise<Outcome>> = {
      throws: () => Promise.reject(new Error('boom')),
      later: async () => retryLater({ because: 'not now' }),
      never: async () => deadLetter('never'),
    };
    const once = bench((id) => outcomes[id]?.() ?? Promise.resolve(done()));
    await once.processRaw(['a', 'throws', 'b', 'later', 'never', once.unreadable('?'), 'c']);
    expect(once.effects).toEqual(['a', 'b', 'c']);
    expect(once.events('lost')).toHaveLength(4);
    expect(once.events('handled')).toHaveLength(3);
    expect(once.recorder.retries).toEqual({});
    expect(once.recorder.failures).toEqual({});
    expect(Object.values(once.recorder.settled)).toEqual(Array.from({ length: 7 }, () => 'done'));
  });

  it('is lost, never run again, when its COMMIT gets no answer or the database is away', async () => {
    const once = bench();
    once.database.failNextCommits(1, new InfrastructureError('connection lost'));
    await once.process(['a', 'b']);
    expect(once.handled).toEqual(['a', 'b']);
    expect(once.events('lost')).toHaveLength(2);
    const away = bench(() => Promise.reject(new InfrastructureError('away')));
    await away.process(['a', 'b', 'c']);
    expect(away.handled).toEqual(['a']);
    expect(away.events('lost')).toHaveLength(3);
  });

  it('is handled although its partition has gone meanwhile: nobody else will get it', async () => {
    const once = bench();
    once.recorder.revoke();
    await once.process(['a']);
    expect(once.effects).toEqual(['a']);
  });

  it('is counted as lost when the drain has no time left for it', async () => {
    const once = bench();
    once.release();
    await once.process(['a']);
    expect([once.effects, once.events('lost').length]).toEqual([[], 1]);
  });

  it('has no address for retries, dead letters or control messages, and no other broker than Kafka', () => {
    const declared = { name: 'g', addresses: ['a'], order: 'key', lane: 'batch', ...atMostOnce } as const;
    const onKafka = defineSubscription({ broker: 'kafka', ...declared });
    expect(problemsOf(onKafka)).toEqual([]);
    for (const addresses of [deadLetterAddresses, inletAddresses, retryAddresses])
      expect(addresses(onKafka)).toEqual([]);
    const onRabbitmq = defineSubscription({ broker: 'rabbitmq', ...declared, singleActiveConsumer: true });
    expect(problemsOf(onRabbitmq)).toEqual([
      'subscription g: only Kafka confirms beforehand that a message will not come again',
    ]);
  });
});
