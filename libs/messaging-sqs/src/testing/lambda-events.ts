import type { Message } from '@waybill/messaging';
import { toContent } from '../headers.js';
import type { SqsEvent, SqsRecord } from '../lambda-event.js';

/** The FIFO event of AWS’s developer guide (“Using Lambda with Amazon SQS”), less the fields that nobody reads here. */
export const documented: SqsEvent = {
  Records: [
    {
      messageId: '11d6ee51-4cc7-4302-9e22-7cd8afdaadf5',
      receiptHandle: 'AQEBBX8nesZEXmkhsmZeyIE8iQAMig7qw...',
      body: 'Test message.',
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: '1573251510774',
        SequenceNumber: '18849496460467696128',
        MessageGroupId: '1',
        SenderId: 'AIDAIO23YVJENQZJOL4VO',
        MessageDeduplicationId: '1',
        ApproximateFirstReceiveTimestamp: '1573251510774',
      },
      messageAttributes: {},
      eventSourceARN: 'arn:aws:sqs:us-east-2:123456789012:fifo.fifo',
    },
  ],
};

/** The same with a message of ours in it. */
export function recordOf(
  message: Message,
  { queue, group, id }: { readonly queue: string; readonly group: string; readonly id: string },
): SqsRecord {
  const [template] = documented.Records;
  const { MessageBody, MessageAttributes } = toContent(message);
  const attributes = Object.entries(MessageAttributes).map(
    ([name, { DataType = '', StringValue = '' }]) =>
      [name, { dataType: DataType, stringValue: StringValue }] as const,
  );
  return {
    ...template!,
    messageId: id,
    body: MessageBody,
    attributes: { ...template!.attributes, MessageGroupId: group },
    messageAttributes: Object.fromEntries(attributes),
    eventSourceARN: `arn:aws:sqs:ap-northeast-1:000000000000:${queue}`,
  };
}
