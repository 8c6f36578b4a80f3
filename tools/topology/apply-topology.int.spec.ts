import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { topology } from '@waybill/contracts';
import { checkSqsTopology } from '@waybill/messaging-sqs';
import { startFauxqs, type FauxqsServer } from 'fauxqs';
import { applyAws } from './apply-topology.ts';

let meant: FauxqsServer;
let inEnvironment: FauxqsServer;
let before: string | undefined;

beforeAll(async () => {
  const start = () => startFauxqs({ port: 0, logger: false, defaultRegion: 'ap-northeast-1' });
  [meant, inEnvironment] = await Promise.all([start(), start()]);
  before = process.env['AWS_ENDPOINT_URL'];
  process.env['AWS_ENDPOINT_URL'] = `http://127.0.0.1:${inEnvironment.port}`;
});
afterAll(async () => {
  if (before === undefined) delete process.env['AWS_ENDPOINT_URL'];
  else process.env['AWS_ENDPOINT_URL'] = before;
  await Promise.all([meant.stop(), inEnvironment.stop()]);
});

/** As it is when `npm test` starts one system beside the servers of another level. */
test('queues are made where they are said to be, though the process’ own environment speaks of another server', async () => {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const at = ({ port }: FauxqsServer) => ({ endpoint: `http://127.0.0.1:${port}`, credentials });
  await applyAws({
    AWS_ENDPOINT_URL: at(meant).endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  });
  await checkSqsTopology(topology, at(meant));
  await expect(checkSqsTopology(topology, at(inEnvironment))).rejects.toThrow('is missing');
});
