import { docker, type Compose } from './compose.ts';

/** What containers hold now, in MiB, by service. */
export async function memoryOf(compose: Compose): Promise<ReadonlyMap<string, number>> {
  const ids = await compose.containers();
  const format = '{{.Name}} {{.MemUsage}}';
  const text = await docker(['stats', '--no-stream', '--format', format, ...ids]);
  const use = [...text.matchAll(/^(\S+) ([\d.]+)([KMG]i?)?B \//gm)];
  return new Map(
    use.map(([, name, value, unit]) => [serviceIn(compose, name!), Number(value) * factorOf(unit)]),
  );
}

/** Containers are named after project, service and number. */
const serviceIn = ({ project }: Compose, name: string): string =>
  name.slice(project.length + 1).replace(/-\d+$/, '');

function factorOf(unit = ''): number {
  const factors: Record<string, number> = { K: 1 / 1024, M: 1, G: 1024 };
  return factors[unit[0] ?? ''] ?? 1 / 1024 / 1024;
}
