import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { endTelemetry, startTelemetry } from '@waybill/telemetry';
import { RunningParcels } from '../testing/parcels-service.js';

let collector: Server;
/** What was exported; texts stand in it as they are. */
let exported = '';
const parcels = new RunningParcels();

beforeAll(async () => {
  collector = createServer((request, response) => {
    void text(request)
      .then((sent) => (exported += sent))
      .then(() => response.end());
  });
  await once(collector.listen(0, '127.0.0.1'), 'listening');
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] =
    `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  process.env['OTEL_TRACES_SAMPLER'] = 'always_off';
  await startTelemetry('parcels', process.env);
});

afterAll(async () => {
  delete process.env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  delete process.env['OTEL_TRACES_SAMPLER'];
  collector.closeAllConnections();
  await new Promise((resolve) => collector.close(resolve));
});

test('a request that fails is recorded where nothing else is, and is exported before the process ends', async () => {
  const answers = [
    await parcels.send('/parcels?limit=1'),
    await parcels.send('/parcels/failures/gone'),
    await parcels.send('/parcels/failures/bug'),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 410, 500]);
  await endTelemetry();
  expect(exported).toContain('GET /parcels/failures/:kind');
  expect(exported).toContain('/parcels/failures/bug');
  expect(exported).not.toContain('/parcels/failures/gone');
  expect(exported).not.toContain('limit');
});
