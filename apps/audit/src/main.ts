import { personalFieldNames } from '@waybill/contracts';
import { connectMessaging } from '@waybill/messaging-nest';
import { httpOptions, settingsOrExit, startService } from '@waybill/service-kit';
import { startTelemetry } from '@waybill/telemetry';
import { AuditModule } from './audit.module.js';
import { auditSettings } from './config.js';

const settings = settingsOrExit(auditSettings);
await startTelemetry('audit', process.env);

await startService(AuditModule.with(settings), {
  name: 'audit',
  ...httpOptions(settings),
  personal: personalFieldNames,
  description: 'Chains every event by its hash, compares the two rails, and tells the journey of an order.',
  connect: connectMessaging,
});
