import type { INestApplication } from '@nestjs/common';
import { keepFailures } from './keep-failures.js';
import { WaybillTransport } from './waybill-transport.js';

/** Lets an application consume: adds the transport of its `MessagingModule`, and keeps failures of pattern methods whole. */
export function connectMessaging(app: INestApplication): void {
  keepFailures(app);
  app.connectMicroservice({ strategy: app.get(WaybillTransport) });
}
