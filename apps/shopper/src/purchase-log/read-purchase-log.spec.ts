import { expect, test } from '@jest/globals';
import { orderLinesOf, type OrderLine, type Purchase } from './order-lines.js';
import { parseRow, readPurchaseLog, type LogSection } from './read-purchase-log.js';

const path = new URL('../../../../data/cdnow-orders.csv.gz', import.meta.url).pathname;

async function rowsOf(section: LogSection): Promise<Purchase[]> {
  const rows: Purchase[] = [];
  for await (const purchase of readPurchaseLog(section)) rows.push(purchase);
  return rows;
}

const totalOf = (lines: OrderLine[]) => lines.reduce((sum, line) => sum + line.quantity * line.priceCents, 0);
const quantityOf = (lines: OrderLine[]) => lines.reduce((sum, line) => sum + line.quantity, 0);

test('every order of the real log keeps its total and its number of CDs', async () => {
  const customers = new Set<string>();
  let orders = 0;
  for await (const purchase of readPurchaseLog({ path, skip: 0 })) {
    const lines = orderLinesOf(purchase);
    if (totalOf(lines) !== purchase.totalCents || quantityOf(lines) !== purchase.quantity)
      throw new Error(`row ${purchase.row} does not add up: ${JSON.stringify(lines)}`);
    customers.add(purchase.customerId);
    orders += 1;
  }
  expect([orders, customers.size]).toEqual([69_659, 23_570]);
});

test('a section is the same rows that a longer one holds', async () => {
  const long = await rowsOf({ path, skip: 0, orders: 20 });
  const short = await rowsOf({ path, skip: 7, orders: 5 });
  expect(short).toEqual(long.slice(7, 12));
  expect(long[0]).toEqual({ row: 0, customerId: '00001', quantity: 1, totalCents: 1177 });
});

test('a section that reaches past the end is refused', async () => {
  const tooFar = rowsOf({ path, skip: 69_650, orders: 10 });
  await expect(tooFar).rejects.toThrow(
    'the purchase log holds 69659 orders; --skip and --orders ask for 69660',
  );
});

test('a missing log and a file that is none are told apart from a short one', async () => {
  await expect(rowsOf({ path: '/none.gz', skip: 0 })).rejects.toThrow(
    'purchase log /none.gz cannot be read: ENOENT',
  );
  const notZipped = rowsOf({ path: import.meta.filename, skip: 0 });
  await expect(notZipped).rejects.toThrow('cannot be read: incorrect header check');
});

test.each(['', '1997-01-01,00001,0,11.77', '1997-01-01,00001,1,11.7', '1997-01-01,00001,1,-1.00'])(
  'row "%s" is not understood',
  (line) => expect(() => parseRow(line, 0)).toThrow(`purchase log row not understood: "${line}"`),
);
