import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { metricsPage, startTelemetry } from '@waybill/telemetry';
import { RunningParcels } from '../testing/parcels-service.js';

let stop: () => Promise<void>;
beforeAll(async () => void (stop = await startTelemetry('parcels', {})));
const { send } = new RunningParcels();
afterAll(() => stop());

test('requests are measured by route, also those that fail or lead nowhere; probes are not', async () => {
  await send('/parcels/failures/full');
  await send('/parcels/failures/gone');
  await send('/no/such/path');
  await send('/health/live');
  const counts = (await metricsPage())!
    .split('\n')
    .filter((line) => line.startsWith('http_server_request_duration_count'))
    .map((line) => line.replace('http_server_request_duration_count', ''));
  expect(counts).toEqual([
    '{http_request_method="GET",http_response_status_code="503",http_route="/parcels/failures/:kind"} 1',
    '{http_request_method="GET",http_response_status_code="410",http_route="/parcels/failures/:kind"} 1',
    '{http_request_method="GET",http_response_status_code="404"} 1',
  ]);
});
