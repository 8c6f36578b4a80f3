import { personalFieldNames } from '@waybill/contracts';
import { connectMessaging } from '@waybill/messaging-nest';
import { httpOptions, settingsOrExit, startService } from '@waybill/service-kit';
import { startTelemetry } from '@waybill/telemetry';
import { paymentSettings } from './config.js';
import { PaymentModule } from './payment.module.js';

const settings = settingsOrExit(paymentSettings);
await startTelemetry('payment', process.env);

await startService(PaymentModule.with(settings), {
  name: 'payment',
  ...httpOptions(settings),
  personal: personalFieldNames,
  description: 'Charges orders through a payment provider, each at most once.',
  connect: connectMessaging,
});
