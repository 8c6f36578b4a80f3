import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { metrics } from '@opentelemetry/api';
import { startTelemetry } from '@waybill/telemetry';
import { createService, type RunningService } from '../lifecycle/create-service.js';
import { ServiceLogger } from '../logging/service-logger.js';

class NothingElse {}

let service: RunningService;
beforeAll(async () => {
  service = await createService(NothingElse, {
    name: 'measured',
    port: 0,
    logger: new ServiceLogger('measured', 'fatal'),
  });
});
afterAll(() => service.stop());

const scrape = () => fetch(`${service.url}/metrics`);

test('a process without telemetry has no metrics, and says so', async () => {
  const answer = await scrape();
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({ title: 'No metrics' });
});

test('what a service measures is there to be scraped on its own port', async () => {
  const stopTelemetry = startTelemetry('measured', {});
  const meter = metrics.getMeter('test');
  meter.createCounter('waybill.parcels.sent', { unit: '{parcel}' }).add(2, { to: 'Oslo' });

  const answer = await scrape();
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const page = await answer.text();
  expect(page).toContain(
    '# TYPE waybill_parcels_sent_total counter\nwaybill_parcels_sent_total{to="Oslo"} 2\n',
  );
  expect(page).toMatch(/^target_info\{.*service_name="measured"/m);
  await stopTelemetry();
});
