import { readFileSync } from 'node:fs';

const environment = new URL('../../../.waybill/test/env', import.meta.url);

/** A server's address by its usual name (`RABBITMQ_URL`): from the environment, or as the test servers' launcher wrote it down. */
export function testAddress(name: string): string {
  return process.env[name] ?? written(name);
}

function written(name: string): string {
  const line = readFileSync(environment, 'utf8')
    .split('\n')
    .find((each) => each.startsWith(`${name}=`));
  if (!line) throw new Error(`${name} is neither set nor in .waybill/test/env: start the test servers`);
  return line.slice(name.length + 1);
}
