export { announceThrough, routesTo } from './announce-through.js';
export { derivedId } from './derived-id.js';
export type { Destination, NewMessage, OutboxRoutes } from './new-message.js';
export { outboxSql, republicationsSql } from './outbox-sql.js';
export { outboxStatus, type BrokerBacklog, type OutboxStatus } from './outbox-status.js';
export {
  NoRouteError,
  OutboxStandsError,
  PoolExhaustedError,
  RolledBackError,
  TransactionEndedError,
  TransactionTimeoutError,
} from './outbox.errors.js';
export { Outbox, type OutboxOptions } from './outbox.js';
export { pgDatabase } from './pg-database.js';
export { OutboxRelay } from './relay/outbox-relay.js';
export type { OutboxRelayOptions } from './relay/relay.options.js';
export type { History, Moment, Told } from './republish/history.js';
export { republish, type Republished, type RepublishOptions } from './republish/republish.js';
export { runRepublish, type Republisher } from './republish/run-republish.js';
