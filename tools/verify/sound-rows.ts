/** Four orders, one of each end: paid, free, declined, expired. Their customers share a key where it matters. */
export const orderIds = {
  paid: '00000000-0000-7000-8000-0000000000a1',
  free: '00000000-0000-7000-8000-0000000000a2',
  declined: '00000000-0000-7000-8000-0000000000a3',
  expired: '00000000-0000-7000-8000-0000000000a4',
};

const { paid, free, declined, expired } = orderIds;

export const soundRows = {
  orders: `
    TRUNCATE orders, order_lines, products CASCADE;
    INSERT INTO orders (order_id, customer_id, status, total_cents, currency, express, created_at, settled_at) VALUES
      ('${paid}', '4', 'CONFIRMED', 2933, 'USD', false, now(), now()),
      ('${free}', '5', 'CONFIRMED', 0, 'USD', false, now(), now()),
      ('${declined}', '4', 'REJECTED', 2354, 'USD', false, now(), now()),
      ('${expired}', '6', 'EXPIRED', 1177, 'USD', false, now(), now());
    INSERT INTO order_lines (order_id, position, sku, quantity, unit_price_cents) VALUES
      ('${paid}', 1, 'CD-1466', 1, 1466),
      ('${paid}', 2, 'CD-1467', 1, 1467),
      ('${free}', 1, 'CD-0', 1, 0),
      ('${declined}', 1, 'CD-1177', 2, 1177),
      ('${expired}', 1, 'CD-1177', 1, 1177);
    INSERT INTO products (sku, price_cents, currency, stocked, on_hand, reserved) VALUES
      ('CD-1466', 1466, 'USD', 10, 9, 0),
      ('CD-1467', 1467, 'USD', 10, 9, 0),
      ('CD-0', 0, 'USD', 5, 4, 0),
      ('CD-1177', 1177, 'USD', 3, 3, 0);`,
  psp: `
    TRUNCATE charges;
    INSERT INTO charges (key, id, status, order_id, amount_cents, currency) VALUES
      ('1', gen_random_uuid(), 'captured', '${paid}', 2933, 'USD'),
      ('2', gen_random_uuid(), 'declined', '${declined}', 2354, 'USD'),
      ('3', gen_random_uuid(), 'cancelled', NULL, NULL, NULL);`,
};

export interface SentMessage {
  id: string;
  type: string;
  key: string;
  body: string;
}

export const message = (number: number, type: string, orderId: string, key: string): SentMessage => ({
  id: `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`,
  type,
  key,
  body: JSON.stringify({ orderId, customerId: key }),
});

/** In the order in which they were written, and hence audited. */
export const soundMessages: SentMessage[] = [
  message(1, 'order.created', paid, '4'),
  message(2, 'order.created', declined, '4'),
  message(3, 'order.created', free, '5'),
  message(4, 'order.created', expired, '6'),
  message(5, 'payment.captured', paid, '4'),
  message(6, 'payment.declined', declined, '4'),
  message(7, 'order.confirmed', paid, '4'),
  message(8, 'order.rejected', declined, '4'),
  message(9, 'order.confirmed', free, '5'),
  message(10, 'payment.cancelled', expired, '6'),
  message(11, 'order.expired', expired, '6'),
];

export function auditRows(messages: SentMessage[]): string {
  const rows = messages.map(({ id }, index) => `(${index + 1}, '${id}')`);
  return `TRUNCATE audit_log; INSERT INTO audit_log (n, message_id) VALUES ${rows.join(', ')};`;
}
