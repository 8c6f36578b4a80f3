import { contentIdOf, images } from '@waybill/contracts';
import type { Order, OrderLine } from '../orders/order.js';

/**
 * The invoice of a confirmed order as a page of its own: no script, nothing to fetch, fit for print. The total stands in
 * it twice, for people and, in minor units, for programs. Images are those of its mail (`cid:`); without any, it has the
 * bytes that it had before there were images, so that an old order's is still the same.
 */
export function invoiceOf(order: Order, lines: readonly OrderLine[]): string {
  const money = moneyIn(order.currency);
  const shown = new Set(imagesOf(lines));
  const rows = lines.map(
    ({ sku, quantity, unitPriceCents, imageS3Key }) =>
      `<tr><td>${imageS3Key && shown.has(imageS3Key) ? imageFor(sku, imageS3Key) : ''}${escaped(sku)}</td><td>${quantity}</td><td>${money(unitPriceCents)}</td>` +
      `<td>${money(quantity * unitPriceCents)}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Invoice ${order.orderId}</title>
<style>
body { font: 15px/1.5 Georgia, serif; max-width: 40rem; margin: 3rem auto; color: #222 }
h1 { font-weight: normal; border-bottom: 2px solid #222 }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem }
dd { margin: 0 }
table { border-collapse: collapse; width: 100%; margin-top: 2rem }
th, td { padding: .4rem 0; border-bottom: 1px solid #ccc; text-align: right }
th:first-child, td:first-child { text-align: left }
tfoot td { border: 0; font-weight: bold }
</style>
</head>
<body>
<h1>Invoice</h1>
<dl>
<dt>Order</dt><dd>${order.orderId}</dd>
<dt>Customer</dt><dd>${escaped(order.customerId)}</dd>
<dt>Ordered</dt><dd>${day(order.createdAt)}</dd>
<dt>Confirmed</dt><dd>${day(order.settledAt ?? order.createdAt)}</dd>
</dl>
<table>
<thead><tr><th>Article</th><th>Quantity</th><th>Price</th><th>Amount</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
<tfoot><tr><td colspan="3">Total</td><td><data value="${order.totalCents}">${money(order.totalCents)}</data></td></tr></tfoot>
</table>
</body>
</html>
`;
}

/** The images that go with an invoice: distinct, in the order of their lines, and no more than a mail has room for. */
export function imagesOf(lines: readonly OrderLine[]): string[] {
  const keys = new Set(lines.flatMap(({ imageS3Key }) => imageS3Key ?? []));
  return [...keys].slice(0, images.mostInAMail);
}

const imageFor = (sku: string, key: string): string =>
  `<img src="cid:${escaped(contentIdOf(key))}" alt="Image of ${escaped(sku)}" height="48" style="vertical-align: middle"> `;

type Money = (minorUnits: number) => string;

/** Making one takes longer than writing an invoice with it. An order may name any three letters, so not all are kept. */
const moneyKept = new Map<string, Money>();
const mostKept = 100;

function moneyIn(currency: string): Money {
  const money = moneyKept.get(currency) ?? newMoneyIn(currency);
  if (moneyKept.size >= mostKept) moneyKept.clear();
  moneyKept.set(currency, money);
  return money;
}

/** From minor units: a yen has none, so 1,177 is ¥1,177 there and $11.77 elsewhere. */
function newMoneyIn(currency: string): Money {
  const format = new Intl.NumberFormat('en-US', { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return (minorUnits) => format.format(minorUnits / 10 ** digits);
}

const day = (at: Date): string => at.toISOString().slice(0, 10);

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (each) => `&#${each.charCodeAt(0)};`);
}
