import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { endTelemetry, startTelemetry } from '@waybill/telemetry';
import { eventually } from '@waybill/test-kit';
import { confirmedOrder, SalesWorld } from '../testing/sales-world.js';

/** The trace in which `SalesWorld` has its orders confirmed. */
const traceOfOrders = Buffer.from('0af7651916cd43dd8448eb211c80319c', 'hex');

let collector: Server;
let world: SalesWorld;
const exported: Buffer[] = [];

beforeAll(async () => {
  collector = createServer((request, response) => {
    void buffer(request)
      .then((sent) => exported.push(sent))
      .then(() => response.end());
  });
  await once(collector.listen(0, '127.0.0.1'), 'listening');
  const { port } = collector.address() as AddressInfo;
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = `http://127.0.0.1:${port}`;
  await startTelemetry('sales-test', process.env);
  world = await SalesWorld.open();
}, 60_000);

afterAll(async () => {
  delete process.env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  await world.close();
  collector.closeAllConnections();
  await new Promise((resolve) => collector.close(resolve));
}, 60_000);

test('what is made of many orders is a trace of its own, with a link to those of the orders', async () => {
  world.startLane();
  await world.confirm(confirmedOrder(), confirmedOrder());
  await eventually(() => expect(world.events.map(({ kind }) => kind)).toContain('transaction'), 30_000);
  await endTelemetry();
  const sent = Buffer.concat(exported);
  expect(sent.includes(`process ${world.names.group}`)).toBe(true);
  // Nothing here has a span in that trace, so only a link names it.
  expect(sent.includes(traceOfOrders)).toBe(true);
}, 60_000);
