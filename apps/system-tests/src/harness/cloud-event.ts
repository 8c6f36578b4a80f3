interface Event {
  readonly id: string;
  readonly type: string;
  /** The order's id. */
  readonly subject: string;
}

/** CloudEvents attributes as RabbitMQ's headers carry them: all that makes an outsider's message one of ours. */
export function rabbitmqEnvelope({ id, type, subject }: Event): Record<string, string> {
  return {
    'cloudEvents:specversion': '1.0',
    'cloudEvents:id': id,
    'cloudEvents:type': type,
    'cloudEvents:source': '/outsider',
    'cloudEvents:subject': subject,
    'cloudEvents:time': new Date().toISOString(),
    'cloudEvents:dataschema': `urn:waybill:${type}:v1`,
    'cloudEvents:sequence': '1',
  };
}
