import { readFileSync } from 'node:fs';

const environment = new URL('../../../../.waybill/test/env', import.meta.url);

/** `KAFKA_BROKERS`, or the addresses that the test servers' launcher wrote down. */
export function testBrokers(): string[] {
  return (process.env['KAFKA_BROKERS'] ?? written('KAFKA_BROKERS')).split(',');
}

function written(name: string): string {
  const line = readFileSync(environment, 'utf8')
    .split('\n')
    .find((each) => each.startsWith(`${name}=`));
  if (!line) throw new Error(`${name} is neither set nor in .waybill/test/env: start the test servers`);
  return line.slice(name.length + 1);
}
