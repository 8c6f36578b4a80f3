import {
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';

/** Looks at queues, and writes to them, as any other program could. */
export class SqsOutsider {
  private readonly client: SQSClient;

  constructor(endpoint: string) {
    const credentials = { accessKeyId: 'outsider', secretAccessKey: 'outsider' };
    this.client = new SQSClient({
      endpoint,
      region: 'ap-northeast-1',
      credentials,
      useQueueUrlAsEndpoint: false,
    });
  }

  /** A message with an envelope of ours; `id` tells copies apart. */
  async send(
    queue: string,
    key: string,
    body: string,
    envelope: Readonly<Record<string, string>>,
  ): Promise<void> {
    const { QueueUrl } = await this.client.send(new GetQueueUrlCommand({ QueueName: queue }));
    await this.client.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: body,
        MessageGroupId: key,
        MessageDeduplicationId: envelope['id'],
        MessageAttributes: {
          envelope: { DataType: 'String', StringValue: JSON.stringify({ key, ...envelope }) },
        },
      }),
    );
  }

  /** The queue and all that it holds and remembers are gone. */
  async lose(queue: string): Promise<void> {
    const { QueueUrl } = await this.client.send(new GetQueueUrlCommand({ QueueName: queue }));
    await this.client.send(new DeleteQueueCommand({ QueueUrl }));
  }

  /** Messages that wait or are in somebody's hands. */
  async unsettled(queue: string): Promise<number> {
    const { QueueUrl } = await this.client.send(new GetQueueUrlCommand({ QueueName: queue }));
    const { Attributes } = await this.client.send(
      new GetQueueAttributesCommand({
        QueueUrl,
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }),
    );
    return Object.values(Attributes ?? {}).reduce((sum, count) => sum + Number(count), 0);
  }
}
