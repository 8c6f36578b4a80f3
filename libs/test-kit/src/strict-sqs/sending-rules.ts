import type { Sent } from './fifo-queue.js';
import { SqsFault } from './sqs-fault.js';

const mostAttributes = 10;
const mostBytes = 262_144;
const name = /^[\w!"#$%&'()*+,\-./:;<=>?@[\\\]^`{|}~]{1,128}$/;
/** The characters of XML 1.0. */
const sendable = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]+$/u;

/** Throws what SQS answers to a message that it does not take. */
export function checkSent({ MessageBody, MessageAttributes = {}, ...names }: Sent): void {
  if (!MessageBody)
    throw new SqsFault('MissingParameter', 'The request must contain the parameter MessageBody.');
  if (!sendable.test(MessageBody)) throw new SqsFault('InvalidMessageContents', 'Invalid characters found.');
  for (const parameter of ['MessageGroupId', 'MessageDeduplicationId'] as const)
    if (!name.test(names[parameter] ?? ''))
      throw new SqsFault('InvalidParameterValue', `Value for parameter ${parameter} is invalid.`);
  const attributes = Object.entries(MessageAttributes);
  if (attributes.length > mostAttributes)
    throw new SqsFault(
      'InvalidParameterValue',
      `Number of message attributes [${attributes.length}] exceeds the allowed maximum [${mostAttributes}].`,
    );
  for (const [attribute, { StringValue }] of attributes)
    if (StringValue === '' || (StringValue && !sendable.test(StringValue)))
      throw new SqsFault('InvalidParameterValue', `Message attribute '${attribute}' has an invalid value.`);
  if (bytesOf(MessageBody, attributes) > mostBytes)
    throw new SqsFault(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${mostBytes} bytes.`,
    );
}

export function bytesOf(
  body: string,
  attributes: readonly (readonly [string, { readonly DataType: string; readonly StringValue?: string }])[],
): number {
  return attributes.reduce(
    (sum, [attribute, { DataType, StringValue = '' }]) =>
      sum + attribute.length + DataType.length + Buffer.byteLength(StringValue),
    Buffer.byteLength(body),
  );
}
