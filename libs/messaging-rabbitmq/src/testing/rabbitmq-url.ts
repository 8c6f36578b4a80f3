import { readFileSync } from 'node:fs';

const environment = new URL('../../../../.waybill/test/env', import.meta.url);

/** `RABBITMQ_URL`, or the address that the test servers' launcher wrote down. */
export function rabbitmqUrl(): string {
  return process.env['RABBITMQ_URL'] ?? written('RABBITMQ_URL');
}

function written(name: string): string {
  const line = readFileSync(environment, 'utf8')
    .split('\n')
    .find((each) => each.startsWith(`${name}=`));
  if (!line) throw new Error(`${name} is neither set nor in .waybill/test/env: start the test servers`);
  return line.slice(name.length + 1);
}
