import { runConformance, type BrokerUnderTest, type Result } from '@waybill/messaging-conformance';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from '../servers/site.ts';
import type { Progress } from '../start/progress.ts';
import { brokersUnderTest } from './brokers/brokers.ts';
import { chosenBehaviours } from './chosen-behaviours.ts';
import { ConformanceError } from './conformance.errors.ts';
import type { Options } from './options.ts';
import { brokersPage } from './page.ts';
import { openStore } from './store.ts';
import { resultsTable } from './table.ts';

const tellEvery = 20;

/** Every chosen broker for every chosen behaviour. 1 when one fails. */
export async function askBrokers(options: Options, progress: Progress): Promise<number> {
  const asked = chosenBehaviours(options);
  const store = await openStore();
  const brokers = brokersUnderTest(options);
  try {
    // An earlier run may have ended while they were paused.
    await Promise.all(brokers.map(({ faults }) => faults?.resume()));
    const ask = async (broker: BrokerUnderTest) => {
      let answers = 0;
      const onResult = (result: Result) => {
        if (++answers % tellEvery === 0) progress.say(`  ${broker.name}: ${answers} of ${asked.length}`);
        tell(result, progress);
      };
      const results = await runConformance({ broker, store, behaviours: asked, onResult });
      progress.say(`✓ ${broker.name} has answered`);
      return results;
    };
    const results = await askAll(brokers, ask);
    await publish(results, brokers, options);
    return results.some(({ status }) => status === 'fail') ? 1 : 0;
  } finally {
    await Promise.all(brokers.map((broker) => broker.close()));
    await store.close();
  }
}

/** Those with servers spend their time waiting, so they go side by side; the memory broker would keep them from it. */
async function askAll(
  brokers: readonly BrokerUnderTest[],
  ask: (broker: BrokerUnderTest) => Promise<readonly Result[]>,
): Promise<readonly Result[]> {
  const memory = brokers.filter(({ name }) => name === 'memory');
  const served = brokers.filter(({ name }) => name !== 'memory');
  const inMemory = await Promise.all(memory.map(ask));
  return [...(await Promise.all(served.map(ask))), ...inMemory].flat();
}

/** Failures at once, with the way to them. */
function tell({ broker, behaviour, status, because, thrown }: Result, progress: Progress): void {
  if (status !== 'fail') return;
  progress.say(`✗ ${broker} ${behaviour}: ${because}`);
  if (thrown instanceof Error) process.stderr.write(`${thrown.stack}\n`);
}

async function publish(
  results: readonly Result[],
  brokers: readonly BrokerUnderTest[],
  { write, json, report }: Options,
): Promise<void> {
  const plain = results.map(({ thrown: _, ...result }) => result);
  const text = `${JSON.stringify(plain, undefined, 2)}\n`;
  if (report) await writeFile(report, text);
  process.stdout.write(json ? text : resultsTable(results));
  if (!write) return;
  if (results.some(({ status }) => status === 'fail'))
    throw new ConformanceError('docs/reference/brokers.md is not written while a behaviour fails');
  await writeFile(join(repository, 'docs/reference/brokers.md'), await brokersPage(brokers, results));
}
