import { personalFieldNames } from '@waybill/contracts';
import { connectMessaging } from '@waybill/messaging-nest';
import { httpOptions, settingsOrExit, startService } from '@waybill/service-kit';
import { startTelemetry } from '@waybill/telemetry';
import { orderSettings } from './config.js';
import { OrderModule } from './order.module.js';

const settings = settingsOrExit(orderSettings);
await startTelemetry('order', process.env);

await startService(OrderModule.with(settings), {
  name: 'order',
  ...httpOptions(settings),
  personal: personalFieldNames,
  description:
    'Takes orders, reserves their stock, and follows them until they are paid, rejected or expired.',
  connect: connectMessaging,
});
