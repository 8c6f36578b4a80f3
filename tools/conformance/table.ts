import { behaviourGroups, type Result } from '@waybill/messaging-conformance';

/** Broker × behaviour, the reasons below it, and the counts. */
export function resultsTable(results: readonly Result[]): string {
  const brokers = [...new Set(results.map(({ broker }) => broker))];
  const names = new Set(results.map(({ behaviour }) => behaviour));
  const width = Math.max(...[...names].map(({ length }) => length)) + 2;
  const row = (behaviour: string) => {
    const cells = brokers.map((broker) => statusOf(results, broker, behaviour).padEnd(9));
    return `  ${behaviour.padEnd(width)}${cells.join('')}`.trimEnd();
  };
  const groups = behaviourGroups.flatMap(({ about, behaviours }) => {
    const asked = behaviours.filter(({ name }) => names.has(name));
    return asked.length > 0 ? [about, ...asked.map(({ name }) => row(name)), ''] : [];
  });
  const head = `  ${''.padEnd(width)}${brokers.map((broker) => broker.padEnd(9)).join('')}`.trimEnd();
  return [head, ...groups, ...reasons(results), ...brokers.map((broker) => counts(results, broker)), ''].join(
    '\n',
  );
}

function statusOf(results: readonly Result[], broker: string, behaviour: string): string {
  return results.find((result) => result.broker === broker && result.behaviour === behaviour)?.status ?? '';
}

function reasons(results: readonly Result[]): string[] {
  const lines = results
    .filter(({ status }) => status !== 'pass')
    .map(({ broker, behaviour, status, because }) => `${status} ${broker}: ${behaviour} (${because})`);
  return lines.length > 0 ? [...lines, ''] : [];
}

function counts(results: readonly Result[], broker: string): string {
  const own = results.filter((result) => result.broker === broker);
  const count = (status: Result['status']) => own.filter((result) => result.status === status).length;
  return `${broker}: ${count('pass')} pass, ${count('skip')} skip, ${count('fail')} fail`;
}
