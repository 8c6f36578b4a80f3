import type { Row } from './panel.ts';

const chosen = 'service=~"$service"';

export const services: Row = {
  title: 'Services',
  panels: [
    {
      title: 'Requests',
      about: 'A second, by service and answer; probes are left out.',
      unit: 'reqps',
      shape: 'areas',
      lines: {
        '{{service}} {{http_response_status_code}}': `sum by (service, http_response_status_code) (rate(http_server_request_duration_count{${chosen}}[$__rate_interval]))`,
      },
    },
    {
      title: 'Time of requests, p99',
      about: 'From the headers to the last byte of the answer.',
      unit: 's',
      lines: {
        '{{service}} {{http_request_method}} {{http_route}}': `histogram_quantile(0.99, sum by (service, http_request_method, http_route, le) (rate(http_server_request_duration_bucket{${chosen}}[$__rate_interval])))`,
      },
    },
    {
      title: 'Time of statements, p99',
      about: 'By the first word of the statement. The relay’s own are not among them.',
      unit: 's',
      lines: {
        '{{service}} {{db_operation_name}}': `histogram_quantile(0.99, sum by (service, db_operation_name, le) (rate(db_client_operation_duration_bucket{${chosen}}[$__rate_interval])))`,
      },
    },
    {
      title: 'Connections to the database',
      about: 'Idle and used ones of each pool, and what waits for one.',
      unit: 'short',
      lines: {
        '{{service}} {{db_client_connection_state}}': `sum by (service, db_client_connection_state) (db_client_connection_count{${chosen}})`,
        '{{service}} waiting': `sum by (service) (db_client_connection_pending_requests{${chosen}})`,
      },
    },
    {
      title: 'Event loop, delay',
      about: 'How late timers are: the worst, and 99 of 100. Late heartbeats lose partitions.',
      unit: 's',
      lines: {
        '{{service}} max': `max by (service) (nodejs_eventloop_delay_max{${chosen}})`,
        '{{service}} p99': `max by (service) (nodejs_eventloop_delay_p99{${chosen}})`,
        '{{service}} own work': `max by (service) (waybill_eventloop_longest_turn{${chosen}})`,
      },
    },
    {
      title: 'Event loop, utilisation',
      about: 'Share of the time in which it did not wait: near 1 the process is full.',
      unit: 'percentunit',
      lines: {
        '{{service}} {{instance}}': `max by (service, instance) (nodejs_eventloop_utilization{${chosen}})`,
      },
    },
    {
      title: 'Memory',
      about: 'Of the process, and of JavaScript’s heap in it.',
      unit: 'bytes',
      lines: {
        '{{service}} process': `sum by (service) (process_memory_usage{${chosen}})`,
        '{{service}} heap': `sum by (service) (v8js_memory_heap_used{${chosen}})`,
      },
    },
    {
      title: 'Processor',
      about: 'Seconds of processor time a second.',
      unit: 'short',
      shape: 'areas',
      lines: {
        '{{service}}': `sum by (service) (rate(process_cpu_time_total{${chosen}}[$__rate_interval]))`,
      },
    },
    {
      title: 'Spans',
      about: 'Handed to the exporter, or dropped (error) because its queue was full; and how full it is.',
      unit: 'short',
      lines: {
        '{{service}} {{error_type}} a second': `sum by (service, error_type) (rate(otel_sdk_processor_span_processed_total{${chosen}}[$__rate_interval]))`,
        '{{service}} queued': `sum by (service) (otel_sdk_processor_span_queue_size{${chosen}})`,
        '{{service}} room': `sum by (service) (otel_sdk_processor_span_queue_capacity{${chosen}})`,
      },
    },
  ],
};
