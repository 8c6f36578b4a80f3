import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { rabbitmqServers } from '../../../../tools/servers/rabbitmq.ts';
import type { Site } from '../../../../tools/servers/site.ts';

const usual = '0.4';

/** RabbitMQ's memory alarm: it reads nothing more from any connection that publishes. */
export const raiseMemoryAlarm = (site: Site): Promise<void> => setWatermark(site, '0.0001');

export const clearMemoryAlarm = (site: Site): Promise<void> => setWatermark(site, usual);

async function setWatermark(site: Site, share: string): Promise<void> {
  const { env } = rabbitmqServers(site).find(({ name }) => name === 'rabbitmq')!;
  const args = ['set_vm_memory_high_watermark', share];
  await promisify(execFile)('/usr/lib/rabbitmq/bin/rabbitmqctl', args, { env: { ...process.env, ...env } });
}
