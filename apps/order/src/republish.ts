import { runRepublish } from '@waybill/outbox';
import { outboxRoutes } from './outbox-routes.js';
import { orderHistory } from './republish/order-history.js';

/** A program of its own beside the service: `npm run waybill -- republish` runs it. */
await runRepublish(
  { history: orderHistory, source: '/waybill/order', routes: outboxRoutes },
  process.argv.slice(2),
  process.env,
);
