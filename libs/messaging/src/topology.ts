/** The addresses of a system as data: applied by a tool before services start, only checked by services. */
export interface Topology {
  readonly kafka: { readonly topics: readonly KafkaTopic[] };
  readonly rabbitmq: {
    readonly exchanges: readonly RabbitmqExchange[];
    readonly queues: readonly RabbitmqQueue[];
  };
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
  readonly arguments: Readonly<Record<string, string | number>>;
  readonly bindings: readonly { readonly exchange: string; readonly routingKey: string }[];
}
