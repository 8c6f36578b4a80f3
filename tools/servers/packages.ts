import { existsSync } from 'node:fs';
import { chmod, rename, rm, writeFile } from 'node:fs/promises';
import { run } from './run.ts';
import { ServerError } from './servers.errors.ts';

interface DebianPackage {
  readonly package: string;
  /** Whether the file of it that we need is there. */
  readonly present: () => boolean;
}

/** What the servers are made of. */
const serverPackages: readonly DebianPackage[] = [
  { package: 'rabbitmq-server', present: () => existsSync('/usr/lib/rabbitmq/bin/rabbitmq-server') },
  { package: 'postgresql', present: () => postgresBin() !== undefined },
  { package: 'redis-server', present: () => existsSync('/usr/bin/redis-server') },
  { package: 'default-jre-headless', present: () => onPath('java') },
  { package: 'maven', present: () => onPath('mvn') },
];

/** The same, and what only tests need: alerts are tried with `promtool`. Prometheus itself is not started. */
export const testPackages: readonly DebianPackage[] = [
  ...serverPackages,
  { package: 'prometheus', present: () => onPath('promtool') },
];

const postgresVersions = [18, 17, 16, 15, 14];

/** Debian keeps PostgreSQL's programs out of PATH, by version. */
export function postgresBin(): string | undefined {
  return postgresVersions
    .map((version) => `/usr/lib/postgresql/${version}/bin`)
    .find((folder) => existsSync(`${folder}/postgres`));
}

const onPath = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(`${folder}/${program}`));

/** Installs what is missing when we are root and there is apt; otherwise says the one command that does it. */
export async function installPackages(
  report: (line: string) => void,
  signal?: AbortSignal,
  needed = serverPackages,
): Promise<void> {
  const missing = needed.filter(({ present }) => !present()).map((tool) => tool.package);
  if (missing.length === 0) return;
  const command = `apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  if (process.getuid?.() !== 0 || !onPath('apt-get'))
    throw new ServerError(`Missing: ${missing.join(', ')}. Run: sudo ${command}`);
  report(`installing ${missing.join(', ')}`);
  await withoutAutoStart(async () => {
    await apt(['update', '-q'], signal);
    await apt(['install', '-y', '-q', '--no-install-recommends', ...missing], signal);
  });
}

const policy = '/usr/sbin/policy-rc.d';

/** Debian's packages start their servers when installed; ours run apart from those, so apt is told not to. */
async function withoutAutoStart(work: () => Promise<void>): Promise<void> {
  const kept = `${policy}.before-waybill`;
  if (existsSync(policy)) await rename(policy, kept);
  try {
    await writeFile(policy, '#!/bin/sh\nexit 101\n');
    await chmod(policy, 0o755);
    await work();
  } finally {
    await rm(policy, { force: true });
    if (existsSync(kept)) await rename(kept, policy);
  }
}

async function apt(args: readonly string[], signal?: AbortSignal): Promise<void> {
  const fix = 'Check the network and apt’s sources, then try again.';
  await run('apt-get', args, { env: { DEBIAN_FRONTEND: 'noninteractive' }, fix, signal });
}
