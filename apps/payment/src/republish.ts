import { runRepublish } from '@waybill/outbox';
import { outboxRoutes } from './outbox-routes.js';
import { paymentHistory } from './republish/payment-history.js';

/** A program of its own beside the service: `npm run waybill -- republish` runs it. */
await runRepublish(
  { history: paymentHistory, source: '/waybill/payment', routes: outboxRoutes },
  process.argv.slice(2),
  process.env,
);
