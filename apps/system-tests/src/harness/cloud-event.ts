interface Event {
  readonly id: string;
  readonly type: string;
  /** The order's id. */
  readonly subject: string;
}

/** CloudEvents attributes as RabbitMQ's headers carry them: all that makes an outsider's message one of ours. */
export const rabbitmqEnvelope = (event: Event): Record<string, string> => prefixed('cloudEvents:', event);

/** The same as Kafka's headers carry them. */
export const kafkaEnvelope = (event: Event): Record<string, string> => prefixed('ce_', event);

/** The same as SQS's `envelope` attribute holds them. */
export const sqsEnvelope = (event: Event): Record<string, string> => prefixed('', event);

function prefixed(prefix: string, { id, type, subject }: Event): Record<string, string> {
  return {
    [`${prefix}specversion`]: '1.0',
    [`${prefix}id`]: id,
    [`${prefix}type`]: type,
    [`${prefix}source`]: '/outsider',
    [`${prefix}subject`]: subject,
    [`${prefix}time`]: new Date().toISOString(),
    [`${prefix}dataschema`]: `urn:waybill:${type}:v1`,
    [`${prefix}sequence`]: '1',
  };
}
