import { setting } from './setting-fields.js';

/** Fields for the settings schema of a service that uses AWS. */
export const awsSettings = {
  AWS_ENDPOINT_URL: setting
    .httpUrl()
    .optional()
    .describe("Another server than AWS's own. Credentials come from AWS's usual places."),
  AWS_REGION: setting.text().default('ap-northeast-1').describe('Where queues and buckets are.'),
};

interface AwsSettings {
  readonly AWS_ENDPOINT_URL?: string | undefined;
  readonly AWS_REGION: string;
}

/** As AWS's clients take them. */
export function awsOf({ AWS_ENDPOINT_URL, AWS_REGION }: AwsSettings): { region: string; endpoint?: string } {
  return { region: AWS_REGION, ...(AWS_ENDPOINT_URL && { endpoint: AWS_ENDPOINT_URL }) };
}
