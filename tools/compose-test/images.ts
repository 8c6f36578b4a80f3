import { docker, linesOf, type Compose } from '../compose/compose.ts';

const mostMb = 300;
const mostAboveBaseMb = 60;

/** Size of each of our images, and above what they stand on: the layer of what was gathered. */
export async function imageProblems(compose: Compose, say: (line: string) => void): Promise<string[]> {
  const text = await compose.run(['--profile', '*', 'config', '--images']);
  const ours = [...new Set(linesOf(text).filter((image) => image.startsWith('waybill/')))].sort();
  const problems: string[] = [];
  for (const image of ours) {
    const { mb, aboveBaseMb, user } = await describe(image);
    say(
      `${image.padEnd(32)} ${mb.toFixed(0)} MB, ${aboveBaseMb.toFixed(0)} of them above Debian and Node; user ${user}`,
    );
    if (mb >= mostMb) problems.push(`${image} takes ${mb.toFixed(0)} MB`);
    if (aboveBaseMb >= mostAboveBaseMb) problems.push(`${image} adds ${aboveBaseMb.toFixed(0)} MB`);
    if (/^(0|root)?(:|$)/.test(user)) problems.push(`${image} runs as root`);
  }
  return problems;
}

async function describe(image: string) {
  const [size, user = ''] = linesOf(
    await docker(['image', 'inspect', '--format', '{{.Size}}\n{{.Config.User}}', image]),
  );
  const history = linesOf(
    await docker(['history', '--no-trunc', '--human=false', '--format', '{{.Size}}\t{{.CreatedBy}}', image]),
  );
  const gathered = history
    .filter((line) => line.includes('/gathered'))
    .map((line) => Number(line.split('\t')[0]));
  return {
    mb: Number(size) / 1e6,
    aboveBaseMb: gathered.reduce((sum, bytes) => sum + bytes, 0) / 1e6,
    user,
  };
}
