import { once } from 'node:events';
import { connect } from 'node:net';

/** Does to Redis what a person with a shell could. */
export class RedisOutsider {
  private readonly url: URL;

  constructor(url: string) {
    this.url = new URL(url);
  }

  async flush(): Promise<void> {
    const socket = connect(Number(this.url.port), this.url.hostname);
    socket.write('FLUSHALL\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    if (!answer.toString().startsWith('+OK')) throw new Error(`FLUSHALL: ${answer.toString()}`);
  }
}
