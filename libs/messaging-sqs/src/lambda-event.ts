import type { Message as SqsMessage, MessageAttributeValue } from '@aws-sdk/client-sqs';

/** What AWS hands a function that polls a queue, as far as it is read here. */
export interface SqsEvent {
  readonly Records: readonly SqsRecord[];
}

export interface SqsRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  /** `ApproximateReceiveCount`, `MessageGroupId`, `SequenceNumber` and others, under SQS's own names. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: Readonly<Record<string, SqsRecordAttribute>>;
  /** `arn:aws:sqs:<region>:<account>:<queue>` */
  readonly eventSourceARN: string;
}

export interface SqsRecordAttribute {
  readonly dataType: string;
  readonly stringValue?: string;
  /** Base64. */
  readonly binaryValue?: string;
}

/** What the function must answer: AWS deletes the others, and hands these out again. */
export interface SqsBatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** Lambda's second argument, as far as it is read here. */
export interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

/** Whether the function was called with messages, and not by a schedule or by hand. */
export const isSqsEvent = (event: unknown): event is SqsEvent =>
  Array.isArray((event as Partial<SqsEvent> | null)?.Records);

export const queueOf = ({ eventSourceARN }: SqsRecord): string => eventSourceARN.split(':').at(-1)!;

/** The same message as SQS's own client would have received it: Lambda spells the names with a small letter. */
export function asReceived({
  messageId,
  receiptHandle,
  body,
  attributes,
  messageAttributes,
}: SqsRecord): SqsMessage {
  const own = Object.entries(messageAttributes).map(([name, value]) => [name, attributeOf(value)] as const);
  return {
    MessageId: messageId,
    ReceiptHandle: receiptHandle,
    Body: body,
    Attributes: attributes,
    MessageAttributes: Object.fromEntries(own),
  };
}

function attributeOf({ dataType, stringValue, binaryValue }: SqsRecordAttribute): MessageAttributeValue {
  return {
    DataType: dataType,
    ...(stringValue !== undefined && { StringValue: stringValue }),
    ...(binaryValue !== undefined && { BinaryValue: Buffer.from(binaryValue, 'base64') }),
  };
}
