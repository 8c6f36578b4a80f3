import { personalFieldNames } from '@waybill/contracts';
import { connectMessaging } from '@waybill/messaging-nest';
import { httpOptions, settingsOrExit, startService } from '@waybill/service-kit';
import { startTelemetry } from '@waybill/telemetry';
import { notificationSettings } from './config.js';
import { NotificationModule } from './notification.module.js';

const settings = settingsOrExit(notificationSettings);
await startTelemetry('notification', process.env);

await startService(NotificationModule.with(settings), {
  name: 'notification',
  ...httpOptions(settings),
  personal: personalFieldNames,
  description: 'Mails an invoice for every confirmed order, at least once and under one Message-ID.',
  connect: connectMessaging,
});
