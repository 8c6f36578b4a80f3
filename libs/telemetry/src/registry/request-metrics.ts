import { everybody, metric, requestBounds, statementBounds } from './metric.js';

/** Requests, and what a service asks of others to answer them; names of OpenTelemetry's conventions. */
export const requestMetrics = {
  server: metric({
    name: 'http.server.request.duration',
    instrument: 'Histogram',
    unit: 's',
    description: 'Time of a request, from its headers to the last byte of the answer; probes are left out',
    attributes: ['http.request.method', 'http.response.status_code'],
    sometimes: ['http.route'],
    shownBy: everybody,
    bounds: requestBounds,
  }),
  client: metric({
    name: 'http.client.request.duration',
    instrument: 'Histogram',
    unit: 's',
    description: 'Time of a question to another service, from its first byte to the last byte of the answer',
    attributes: ['http.request.method', 'server.address'],
    sometimes: ['http.response.status_code', 'error.type'],
    shownBy: ['payment'],
    bounds: requestBounds,
  }),
} as const;

/** What a service asks of its database. The relay’s own statements are not among them. */
export const databaseMetrics = {
  operation: metric({
    name: 'db.client.operation.duration',
    instrument: 'Histogram',
    unit: 's',
    description:
      'Time of a statement, by its first word; outside of a transaction with the wait for a connection',
    attributes: ['db.operation.name'],
    shownBy: everybody,
    bounds: statementBounds,
  }),
  connections: metric({
    name: 'db.client.connection.count',
    instrument: 'ObservableGauge',
    unit: '{connection}',
    description: 'Connections of the pool',
    attributes: ['db.client.connection.state'],
    shownBy: everybody,
  }),
  pending: metric({
    name: 'db.client.connection.pending_requests',
    instrument: 'ObservableGauge',
    unit: '{request}',
    description: 'Statements and transactions that wait for a connection of the pool',
    attributes: [],
    shownBy: everybody,
  }),
} as const;
