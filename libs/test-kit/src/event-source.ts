/** What AWS Lambda hands a function that polls a queue. */
export interface PolledEvent {
  readonly Records: readonly PolledRecord[];
}

interface PolledRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Record<string, string>;
  readonly messageAttributes: Record<string, { readonly dataType: string; readonly stringValue?: string }>;
  readonly eventSourceARN: string;
}

interface Received {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly Attributes: Record<string, string>;
  readonly MessageAttributes?: Record<string, { readonly DataType: string; readonly StringValue?: string }>;
}

type Function = (
  event: PolledEvent,
) => Promise<{ batchItemFailures: readonly { readonly itemIdentifier: string }[] }>;

const account = '000000000000';
const region = 'ap-northeast-1';

/**
 * Does what AWS's event source mapping does between a queue and a function, as far as its documentation says: receives up
 * to ten, calls the function, deletes what it does not report, and leaves the rest to its visibility.
 */
export class EventSource {
  constructor(
    private readonly endpoint: string,
    private readonly queue: string,
    private readonly visibilitySeconds = 2,
  ) {}

  /** The event of the next messages; without records where none came within `waitSeconds`. */
  async receive(waitSeconds = 1): Promise<PolledEvent> {
    const { Messages = [] } = await this.ask<{ Messages?: readonly Received[] }>('ReceiveMessage', {
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: waitSeconds,
      VisibilityTimeout: this.visibilitySeconds,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
    });
    return { Records: Messages.map((message) => this.recordOf(message)) };
  }

  /** One poll: what was received, and which of it was reported. */
  async poll(call: Function): Promise<{ readonly received: number; readonly reported: readonly string[] }> {
    const event = await this.receive();
    if (event.Records.length === 0) return { received: 0, reported: [] };
    const { batchItemFailures } = await call(event);
    const reported = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    for (const { messageId, receiptHandle } of event.Records)
      if (!reported.includes(messageId)) await this.ask('DeleteMessage', { ReceiptHandle: receiptHandle });
    return { received: event.Records.length, reported };
  }

  private recordOf(message: Received): PolledRecord {
    const own = Object.entries(message.MessageAttributes ?? {}).map(
      ([name, { DataType, StringValue = '' }]) =>
        [name, { dataType: DataType, stringValue: StringValue }] as const,
    );
    return {
      messageId: message.MessageId,
      receiptHandle: message.ReceiptHandle,
      body: message.Body,
      attributes: message.Attributes,
      messageAttributes: Object.fromEntries(own),
      eventSourceARN: `arn:aws:sqs:${region}:${account}:${this.queue}`,
    };
  }

  private async ask<Answer>(action: string, input: object): Promise<Answer> {
    const response = await fetch(this.endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `AmazonSQS.${action}`,
        authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/sqs/aws4_request`,
      },
      body: JSON.stringify({ QueueUrl: `${this.endpoint}/${account}/${this.queue}`, ...input }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${action} of ${this.queue}: ${response.status} ${text}`);
    return (text ? JSON.parse(text) : {}) as Answer;
  }
}
