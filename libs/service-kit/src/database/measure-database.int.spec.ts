import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { metricsPage, startTelemetry } from '@waybill/telemetry';
import { eventually } from '@waybill/test-kit';
import { insertNote, NotesDatabase } from '../testing/notes-database.js';

let stop: () => Promise<void>;
beforeAll(async () => void (stop = await startTelemetry('notes', {})));
const notes = new NotesDatabase();
afterAll(() => stop());

const shown = async (prefix: string) =>
  (await metricsPage())!
    .split('\n')
    .filter((line) => line.startsWith(prefix))
    .map((line) => line.replace(prefix, ''));

test('statements are measured by their first word, also those that fail', async () => {
  await notes.database.execute(insertNote, [1, 'one']);
  await notes.database.transaction(async (transaction) => transaction.execute(insertNote, [2, 'two']));
  await notes.database.query('\n  select 1 AS n');
  await notes.database.query('SELECT nothing FROM nowhere').catch(() => undefined);
  expect(await shown('db_client_operation_duration_count')).toEqual([
    '{db_operation_name="INSERT"} 2',
    '{db_operation_name="SELECT"} 2',
  ]);
});

test('the pool shows who uses its connections, and who waits for one', async () => {
  const open = Promise.withResolvers<void>();
  const holding = Array.from({ length: 3 }, () => {
    const entered = Promise.withResolvers<void>();
    const ended = notes.database.transaction(async (transaction) => {
      await transaction.query('SELECT 1 AS n');
      entered.resolve();
      await open.promise;
    });
    return { entered: entered.promise, ended };
  });
  await Promise.all(holding.map(({ entered }) => entered));
  const waiting = notes.database.query('SELECT 1 AS n');
  const pending = () => shown('db_client_connection_pending_requests');
  await eventually(async () => expect(await pending()).toEqual([' 1']));

  const state = (name: string) => `{db_client_connection_state="${name}"}`;
  expect(await shown('db_client_connection_count')).toEqual([`${state('idle')} 0`, `${state('used')} 3`]);
  open.resolve();
  await Promise.all([waiting, ...holding.map(({ ended }) => ended)]);
  expect(await pending()).toEqual([' 0']);
});
