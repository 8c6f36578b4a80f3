import type { INestApplication } from '@nestjs/common';
import { RpcFailureFilter } from './rpc-failure-filter.js';
import { WaybillTransport } from './waybill-transport.js';

/** Lets an application consume: adds the transport of its `MessagingModule`, with a filter that keeps failures as they are. */
export function connectMessaging(app: INestApplication): void {
  app.connectMicroservice({ strategy: app.get(WaybillTransport) }).useGlobalFilters(new RpcFailureFilter());
}
