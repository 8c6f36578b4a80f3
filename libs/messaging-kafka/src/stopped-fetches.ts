import { createRequire } from 'node:module';

interface Runner {
  readonly running: boolean;
  fetch(nodeId: string): Promise<readonly unknown[]>;
}

const path = 'kafkajs/src/consumer/runner';
const { prototype } = createRequire(import.meta.url)(path) as { prototype: Runner };
const fetchNow = prototype.fetch;

/**
 * In kafkajs 2.2.4 a consumer that is stopped while its fetchers are made anew, because a broker came or went, is left with
 * fetchers that nobody stops. Each of their fetches is answered at once with nothing: a loop that lets nothing else of the
 * process run, no timer and no signal. A fetch of a consumer that is stopped fails instead, which ends its fetcher.
 */
export function endStoppedFetches(): void {
  prototype.fetch = async function (this: Runner, nodeId) {
    if (!this.running) throw new Error('the consumer is stopped');
    return fetchNow.call(this, nodeId);
  };
}
