import { build } from '../start/build.ts';

const usage = `npm run contracts             writes schemas, AsyncAPI, reference pages and the dashboard from the code
npm run contracts -- check    fails when they are not what the code says, or break what was released
npm run contracts -- release  the same check, then makes what the code says the release
`;

/** The exit code. */
async function main([action = 'write', ...rest]: readonly string[]): Promise<number> {
  if (rest.length > 0 || !['write', 'check', 'release'].includes(action)) return say(usage, 2);
  await build();
  // Only now: what they import was built a moment ago.
  const files = await import('./files.ts');
  if (action === 'write') await files.writeGenerated();
  else if (await refused(files)) return 1;
  if (action === 'release') await files.writeRelease();
  return 0;
}

async function refused({ drifted, releasedSchemas }: typeof import('./files.ts')): Promise<boolean> {
  const { incompatibilities } = await import('./compatibility/compare.ts');
  const { schemasOf } = await import('./schemas.ts');
  const stale = (await drifted()).map((path) => `${path} is not what the code says: npm run contracts`);
  const breaking = incompatibilities(await releasedSchemas(), schemasOf());
  const problems = [...stale, ...breaking];
  if (problems.length > 0) say(`${problems.join('\n')}\n`, 1);
  return problems.length > 0;
}

function say(text: string, code: number): number {
  process.stderr.write(text);
  return code;
}

process.exitCode = await main(process.argv.slice(2));
