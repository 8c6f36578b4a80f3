import { join } from 'node:path';
import { boundedHeap } from './bounded-heap.ts';
import type { Server } from './server.ts';
import { repository, type Site } from './site.ts';

/** Where all mail of a site ends; `MAILS_URL` shows it. */
export function mailSink({ folder, ports }: Site): Server {
  return {
    name: 'mail-sink',
    command: process.execPath,
    args: [
      ...boundedHeap,
      join(repository, 'tools/mail-sink/main.ts'),
      join(folder, 'mails'),
      String(ports.smtp),
      String(ports.mails),
    ],
    port: ports.smtp,
    stopSignal: 'SIGTERM',
    prepare: async () => undefined,
  };
}
