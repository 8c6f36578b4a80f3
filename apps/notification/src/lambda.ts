import { personalFieldNames } from '@waybill/contracts';
import { connectMessaging } from '@waybill/messaging-nest';
import { sqsLambda } from '@waybill/messaging-sqs';
import { awsOf, createWorker, settingsOrExit, uuidV7 } from '@waybill/service-kit';
import { endTelemetry, flushTelemetry, startTelemetry } from '@waybill/telemetry';
import { notificationSettings } from './config.js';
import { NotificationModule } from './notification.module.js';

/** The same service as an AWS Lambda function: made once per environment, kept between its invocations. */
const settings = settingsOrExit(notificationSettings);
await startTelemetry('notification', process.env);

const lambda = sqsLambda(awsOf(settings));
// Environments of a function share host name and process id, so neither names one.
const worker = await createWorker(
  NotificationModule.with(settings, { sqs: lambda.broker, owner: `notification@lambda:${uuidV7()}` }),
  { name: 'notification', personal: personalFieldNames, connect: connectMessaging },
);

/** Lambda sends it to functions with an extension, and leaves them at most 2 s; what is cut off is delivered again. */
process.once(
  'SIGTERM',
  () =>
    void worker
      .stop()
      .finally(endTelemetry)
      .finally(() => process.exit(0)),
);

/** Between invocations the environment is frozen: a span that is still here would come hours late, or never. */
export const handler: typeof lambda.handler = (event, context) =>
  lambda.handler(event, context).finally(flushTelemetry);
