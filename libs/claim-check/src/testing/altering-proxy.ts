import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** Hands requests on to an S3 server, may alter what is uploaded and what is answered, and notes what was asked. */
export class AlteringProxy {
  readonly asked: string[] = [];
  upload: (bytes: Buffer) => Buffer = (bytes) => bytes;
  etag: (etag: string) => string = (etag) => etag;

  private constructor(
    private readonly target: string,
    private readonly server: Server,
  ) {
    server.on('request', (asked, answer) => void this.handOn(asked, answer));
  }

  static async to(target: string): Promise<AlteringProxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new AlteringProxy(target, server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async handOn(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    this.asked.push(asked.method!);
    const body = this.upload(await buffer(asked));
    const headers = { ...asked.headers, 'content-length': body.byteLength };
    const to = { method: asked.method!, headers, agent: false } as const;
    const further = request(new URL(asked.url!, this.target), to).end(body);
    const [heard] = (await once(further, 'response')) as [IncomingMessage];
    const etag = heard.headers.etag && { etag: this.etag(heard.headers.etag) };
    answer.writeHead(heard.statusCode!, { ...heard.headers, ...etag });
    heard.pipe(answer);
  }
}
