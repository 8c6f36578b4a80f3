import { httpOptions, settingsOrExit, startService } from '@waybill/service-kit';
import { startTelemetry } from '@waybill/telemetry';
import { pspSettings } from './config.js';
import { PspModule } from './psp.module.js';

const settings = settingsOrExit(pspSettings);
await startTelemetry('psp-simulator', process.env);

await startService(PspModule.with(settings), {
  name: 'psp-simulator',
  ...httpOptions(settings),
  description:
    'The outside world: a payment provider that can be slow, decline, fail, or charge and fall silent.',
});
