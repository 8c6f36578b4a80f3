import type { Compose } from '../compose/compose.ts';

const mostMemoryMiB = 4096;

interface Service {
  readonly image: string;
  readonly mem_limit?: string;
  readonly profiles?: readonly string[];
  readonly read_only?: boolean;
  readonly ports?: readonly { readonly host_ip?: string; readonly published: string }[];
}

/** What the file says, before anything runs. */
export async function composeProblems(compose: Compose): Promise<string[]> {
  const text = await compose.run(['--profile', '*', 'config', '--format', 'json']);
  const { services } = JSON.parse(text) as { services: Record<string, Service> };
  return problemsIn(services);
}

/** Ports on this machine only, every container within its memory, all of the core within 4 GiB, ours read-only. */
export function problemsIn(services: Readonly<Record<string, Service>>): string[] {
  const named = Object.entries(services);
  const open = named.flatMap(([name, { ports = [] }]) =>
    ports
      .filter(({ host_ip }) => host_ip !== '127.0.0.1')
      .map(({ published }) => `${name}: port ${published} is open to others`),
  );
  const boundless = named
    .filter(([, { mem_limit }]) => !mem_limit)
    .map(([name]) => `${name} has no memory limit`);
  const writable = named
    .filter(([, { image, read_only }]) => image.startsWith('waybill/') && !read_only)
    .map(([name]) => `${name} may write to its root file system`);
  // The migration has ended before the services start.
  const core = named.filter(([name, { profiles }]) => !profiles?.length && name !== 'migrate');
  const limitMiB = core.reduce((sum, [, { mem_limit }]) => sum + Number(mem_limit ?? 0) / 1_048_576, 0);
  const large = limitMiB >= mostMemoryMiB ? [`the limits add up to ${limitMiB} MiB`] : [];
  return [...open, ...boundless, ...writable, ...large];
}
