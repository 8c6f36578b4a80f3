import type { OrderFigures, RoleFigures } from './figures.ts';

export function figuresTable({ ordersPerSecond, halfLoad, twentyPerSecond, roles }: OrderFigures): string {
  const total = { role: 'all', cpuMsPerOrder: sum(roles, 'cpuMsPerOrder'), pssMiB: sum(roles, 'pssMiB') };
  return [
    `saturated            ${ordersPerSecond.toFixed(0)} orders/s`,
    `half load, ${halfLoad.ordersPerSecond.toFixed(0)}/s`.padEnd(21) + latency(halfLoad),
    '20/s'.padEnd(21) + latency(twentyPerSecond),
    '',
    'process            CPU ms/order    share    memory MiB (PSS)',
    ...[...roles, total].map((role) => roleLine(role, total)),
    '',
  ].join('\n');
}

const latency = ({ p50Ms, p99Ms }: OrderFigures['halfLoad']) =>
  `p50 ${p50Ms.toFixed(0)} ms, p99 ${p99Ms.toFixed(0)} ms`;

const sum = (roles: RoleFigures[], name: 'cpuMsPerOrder' | 'pssMiB') =>
  roles.reduce((total, role) => total + role[name], 0);

const roleLine = ({ role, cpuMsPerOrder, pssMiB }: RoleFigures, total: RoleFigures) =>
  role.padEnd(18) +
  cpuMsPerOrder.toFixed(2).padStart(13) +
  `${((100 * cpuMsPerOrder) / total.cpuMsPerOrder).toFixed(0)} %`.padStart(9) +
  pssMiB.toFixed(0).padStart(20);
