/** The addresses of a system as data: applied by a tool before services start, only checked by services. */
export interface Topology {
  readonly kafka: { readonly topics: readonly KafkaTopic[] };
  readonly rabbitmq: {
    readonly exchanges: readonly RabbitmqExchange[];
    readonly queues: readonly RabbitmqQueue[];
  };
  readonly sqs: { readonly queues: readonly SqsQueue[] };
}

export interface KafkaTopic {
  readonly name: string;
  readonly partitions: number;
  /** Topic configuration by Kafka's names, such as `retention.ms`. */
  readonly config: Readonly<Record<string, string>>;
}

export interface RabbitmqExchange {
  readonly name: string;
  readonly type: 'topic' | 'direct';
}

export interface RabbitmqQueue {
  readonly name: string;
  readonly arguments: RabbitmqArguments;
  /** In place of `arguments`, on a RabbitMQ older than 4.0. */
  readonly argumentsBelow4?: RabbitmqArguments;
  readonly bindings: readonly { readonly exchange: string; readonly routingKey: string }[];
}

/** By RabbitMQ's names, such as `x-queue-type`. */
export type RabbitmqArguments = Readonly<Record<string, string | number>>;

export interface SqsQueue {
  /** Ends in `.fifo` for a FIFO queue. */
  readonly name: string;
  /** By SQS's names, such as `MessageRetentionPeriod`. */
  readonly attributes: Readonly<Record<string, string>>;
  /** SQS's own safety net: where a message goes that was received so often. It breaks the group's order. */
  readonly redrive?: { readonly to: string; readonly maxReceiveCount: number };
}
