import { join, relative } from 'node:path';
import type { Site } from '../servers/site.ts';
import type { Verdict } from '../verify/verdict.ts';
import type { ActivityCounts, ShopperResult } from './shopping.ts';
import { traceLink } from './trace-link.ts';

/** The one object of `--json`. */
export interface Figures {
  readonly orders: number;
  readonly confirmed: number;
  readonly rejected: number;
  readonly stuck: number;
  readonly doubled: number;
  /** Distinct by Message-ID. */
  readonly mails: number;
  readonly doubledMails: number;
  readonly ordersPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly secondsToFirstOrder: number;
  readonly rssMiB: number;
  /** Where looks were asked for. */
  readonly activity?: ActivityCounts;
}

export function figuresOf(
  result: ShopperResult,
  verdict: Verdict,
  startedAt: number,
  rssMiB: number,
): Figures {
  const { orders, confirmed, rejected, stuck, ordersPerSecond, p50Ms, p99Ms, firstOrderAt, activity } =
    result;
  const secondsToFirstOrder = round((Date.parse(firstOrderAt) - startedAt) / 1000);
  return {
    orders,
    confirmed,
    rejected,
    stuck,
    doubled: verdict.doubled,
    mails: verdict.mails,
    doubledMails: verdict.doubledMails,
    ordersPerSecond: round(ordersPerSecond),
    p50Ms: round(p50Ms),
    p99Ms: round(p99Ms),
    secondsToFirstOrder,
    rssMiB,
    ...(activity && { activity }),
  };
}

const round = (value: number): number => Math.round(value * 10) / 10;

export function sentences(figures: Figures, verdict: Verdict): string {
  const {
    orders,
    confirmed,
    rejected,
    stuck,
    doubled,
    mails,
    doubledMails,
    ordersPerSecond,
    p50Ms,
    p99Ms,
    secondsToFirstOrder,
    rssMiB,
    activity,
  } = figures;
  const lines = [
    '',
    `${orders} orders: ${confirmed} confirmed, ${rejected} rejected, ${stuck} stuck, ${doubled} doubled`,
    `${mails} mails with an invoice, ${doubledMails} beyond one per order`,
    `${ordersPerSecond} orders/s; from POST to settled: p50 ${p50Ms} ms, p99 ${p99Ms} ms`,
    `first order after ${secondsToFirstOrder} s; ${rssMiB} MiB of memory in all`,
    ...(activity ? [browsed(activity)] : []),
    ...verdict.violations.map((violation) => `✗ ${JSON.stringify(violation)}`),
    '',
  ];
  return lines.join('\n');
}

/** Lost ones are allowed; one counted beyond what was sent is not. */
const browsed = ({ sent, counted, lost, doubled }: ActivityCounts): string =>
  counted === undefined
    ? `browsing, at most once: ${sent} looks sent; the audit does not say how many it counted`
    : `browsing, at most once: ${sent} looks sent, ${counted} counted, ${lost} lost` +
      (doubled ? `\n✗ ${doubled} looks counted beyond what was sent` : '');

interface Journey {
  readonly status: string;
  readonly traceId?: string;
  readonly steps: readonly {
    readonly sinceStartMs: number;
    readonly event: string;
    readonly rail: string;
    readonly address: string;
    readonly partition?: number;
    readonly offset?: string;
  }[];
}

/** All that happened to one order, with times, and where its trace is to be seen. */
export async function journeyOf(
  orderId: string,
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  const key = environment['WAYBILL_API_KEY'] ?? process.env['WAYBILL_API_KEY'];
  const headers: Record<string, string> = key ? { 'x-api-key': key } : {};
  const response = await fetch(`${environment['AUDIT_URL']}/journeys/${orderId}`, { headers });
  if (!response.ok) return `The journey of order ${orderId} is not known yet (${response.status}).\n`;
  const { steps, status, traceId } = (await response.json()) as Journey;
  const lines = steps.map(({ sinceStartMs, event, rail, address, partition, offset }) => {
    const place = offset === undefined ? address : `${address} ${partition}/${offset}`;
    return `${String(sinceStartMs).padStart(7)} ms  ${event.padEnd(18)} ${rail.padEnd(9)} ${place}`;
  });
  const link = traceId ? traceLink(traceId, { ...process.env, ...environment }) : '';
  return [`The journey of order ${orderId} (${status}):`, ...lines, link].join('\n');
}

export function whatRuns(environment: Readonly<Record<string, string>>, { folder }: Site): string {
  const {
    ORDER_URL,
    PAYMENT_URL,
    AUDIT_URL,
    PSP_URL,
    KAFKA_BROKERS,
    RABBITMQ_URL,
    ORDERS_DATABASE_URL,
    MAILS_URL,
  } = environment;
  return `
order API      ${ORDER_URL}/docs      orders: ${ORDER_URL}/orders
payment        ${PAYMENT_URL}/docs
audit          ${AUDIT_URL}/docs      is the chain whole? ${AUDIT_URL}/audit/verify
PSP simulator  ${PSP_URL}/docs      its ledger: ${PSP_URL}/ledger
mails          ${MAILS_URL}
Kafka          ${KAFKA_BROKERS}
RabbitMQ       ${RABBITMQ_URL}
PostgreSQL     ${ORDERS_DATABASE_URL}
every address  ${relative(process.cwd(), join(folder, 'env'))}
`;
}
