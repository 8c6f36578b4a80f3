import { docker } from './compose.ts';

/** Of the engine, when one answers and can do what `docker-compose.yml` asks for; else why not. */
export async function findEngine(): Promise<
  { readonly found: true } | { readonly found: false; readonly why: string }
> {
  try {
    await docker(['version', '--format', '{{.Server.Version}}']);
  } catch {
    return { found: false, why: 'no Docker engine answers (docker version)' };
  }
  const version = await docker(['compose', 'version', '--short']).catch(() => '');
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  if (major > 2 || (major === 2 && minor >= 24)) return { found: true };
  return { found: false, why: `docker compose 2.24 or later is needed; found ${version.trim() || 'none'}` };
}
