import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/**
 * Takes what services export over OTLP (HTTP, protobuf) on a free port of loopback, in this process; `take` gets each
 * request's bytes. A request it cannot take is answered with 400, which exporters do not send again.
 */
export class OtlpReceiver {
  private readonly server: Server;

  private constructor(server: Server) {
    this.server = server;
  }

  static async open(take: (body: Uint8Array) => void): Promise<OtlpReceiver> {
    const server = createServer((request, answer) => {
      const isTraces = request.method === 'POST' && request.url === '/v1/traces';
      buffer(request).then(
        (body) => answer.writeHead(isTraces ? taken(take, body) : 404).end(),
        () => answer.destroy(), // the exporter has died while it sent
      );
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return new OtlpReceiver(server);
  }

  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await once(this.server.close(), 'close');
  }
}

function taken(take: (body: Uint8Array) => void, body: Uint8Array): 200 | 400 {
  try {
    take(body);
    return 200;
  } catch {
    return 400;
  }
}
