import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { boundedHeap } from './bounded-heap.ts';
import type { Server } from './server.ts';
import type { Site } from './site.ts';

const here = import.meta.dirname;

/** What AWS's clients need to know to talk to it instead of AWS; it accepts any credentials. */
export function awsEnvironment({ ports }: Site): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${ports.aws}`,
    AWS_REGION: 'ap-northeast-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    // It goes on answering a long poll whose asker has died, and hides the messages in it for 120 s; so polls are short.
    SQS_WAIT_SECONDS: '2',
  };
}

/** SQS and S3 in one process; what it is told survives its end. */
export function fauxqsServer(site: Site): Server {
  const data = join(site.folder, 'fauxqs');
  return {
    name: 'fauxqs',
    command: process.execPath,
    args: [
      ...boundedHeap,
      '--import',
      join(here, 'loopback-only.mjs'),
      join(here, 'run-fauxqs.ts'),
      data,
      String(site.ports.aws),
    ],
    port: site.ports.aws,
    stopSignal: 'SIGTERM',
    prepare: async () => void (await mkdir(data, { recursive: true })),
  };
}
