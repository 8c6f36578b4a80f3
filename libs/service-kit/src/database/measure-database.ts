import { databaseMetrics, histogramOf, showTogether } from '@waybill/telemetry';
import type { Pool } from 'pg';

const duration = histogramOf(databaseMetrics.operation);

type Labels = { readonly 'db.operation.name': string };
/** Texts of statements are constants of the program: each is looked at once. */
const labels = new Map<string, Labels>();

export function measureStatement(text: string, tookMs: number): void {
  duration.record(tookMs / 1_000, labels.get(text) ?? labelsOf(text));
}

function labelsOf(text: string): Labels {
  const made = { 'db.operation.name': /\w+/.exec(text)?.[0].toUpperCase() ?? '' };
  labels.set(text, made);
  return made;
}

/** Shows the pool's connections for as long as it is open. */
export function showPool(pool: Pool): void {
  showTogether({ connections: databaseMetrics.connections, pending: databaseMetrics.pending }, () => {
    if (pool.ended) return { connections: [], pending: [] };
    const { totalCount, idleCount, waitingCount } = pool;
    const connections = [
      { value: idleCount, attributes: { 'db.client.connection.state': 'idle' } },
      { value: totalCount - idleCount, attributes: { 'db.client.connection.state': 'used' } },
    ];
    return { connections, pending: [{ value: waitingCount, attributes: {} }] };
  });
}
