import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

type Truth = 'captured' | 'declined' | 'cancelled';

/**
 * What becomes of a charge: `silent` – carried out, and the answer is lost; `late` – taken, the answer lost, and
 * carried out only by `landLate`; `error` – 500, nothing carried out.
 */
export type Conduct = 'capture' | 'decline' | 'silent' | 'late' | 'error' | 'refuse' | 'hang';

/** The outside world for tests: a provider that never charges a key twice, and answers as `apps/psp-simulator` does. */
export class PspServer {
  /** Its own truth, by key; what was written once never changes. */
  readonly ledger = new Map<string, Truth>();
  private readonly orderOf = new Map<string, string>();
  readonly requests: {
    readonly key: string;
    readonly what: 'charge' | 'cancel' | 'refund';
    readonly traceparent: unknown;
  }[] = [];
  /** How it treats the charges of an order from now on; `capture` unless said otherwise. */
  readonly conduct = new Map<string, Conduct>();
  /** Answers nothing but 503, and carries out nothing. */
  down = false;
  /** Keys whose money was given back. */
  readonly refunds = new Set<string>();
  /** Refunds are carried out, and their answers lost. */
  silentRefunds = false;
  private readonly late = new Map<string, string>();
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  static async start(): Promise<PspServer> {
    const psp = new PspServer();
    await new Promise<void>((resolve) => psp.server.listen(0, '127.0.0.1', resolve));
    return psp;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Carries out what was taken as `late`: a charge that was on its way while its asker gave up. */
  landLate(orderId: string): void {
    const key = this.late.get(orderId);
    if (key !== undefined) this.settle(key, 'captured');
  }

  /** Keys under which an order's money was taken: more than one is money taken twice. */
  capturedFor(orderId: string): string[] {
    return [...this.ledger.keys()].filter(
      (key) => this.ledger.get(key) === 'captured' && this.orderOf.get(key) === orderId,
    );
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const key = request.url!.split('/')[2] ?? String(request.headers['idempotency-key']);
    const refunds = request.url!.endsWith('/refund');
    const what = refunds ? 'refund' : request.method === 'PUT' ? 'cancel' : 'charge';
    this.requests.push({ key, what, traceparent: request.headers['traceparent'] });
    if (this.down) return void response.writeHead(503).end();
    if (what === 'refund') return this.refund(key, response);
    return what === 'cancel' ? this.cancel(key, response) : this.charge(key, body, response);
  }

  private charge(key: string, body: string, response: ServerResponse): void {
    const { orderId } = JSON.parse(body) as { orderId: string };
    this.orderOf.set(key, orderId);
    switch (this.conduct.get(orderId) ?? 'capture') {
      case 'capture':
        return this.say(this.settle(key, 'captured'), ['captured', 'declined'], key, response);
      case 'decline':
        return this.say(this.settle(key, 'declined'), ['captured', 'declined'], key, response);
      case 'silent':
        this.settle(key, 'captured');
        return void response.destroy();
      case 'late':
        this.late.set(orderId, key);
        return void response.destroy();
      case 'error':
        return void response.writeHead(500).end();
      case 'refuse':
        return void response.writeHead(422).end('{"title":"Key reused"}');
      case 'hang':
        return;
    }
  }

  private cancel(key: string, response: ServerResponse): void {
    this.say(this.settle(key, 'cancelled'), ['cancelled'], key, response);
  }

  private refund(key: string, response: ServerResponse): void {
    const refundable = this.ledger.get(key) === 'captured';
    if (refundable) this.refunds.add(key);
    if (this.silentRefunds) return void response.destroy();
    response.writeHead(refundable ? 200 : 409, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ key, ...(refundable && { refundedAt: new Date().toISOString() }) }));
  }

  /** The first word about a key is the last. */
  private settle(key: string, truth: Truth): Truth {
    if (!this.ledger.has(key)) this.ledger.set(key, truth);
    return this.ledger.get(key)!;
  }

  private say(status: Truth, agreed: readonly Truth[], key: string, response: ServerResponse): void {
    response.writeHead(agreed.includes(status) ? 200 : 409, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ key, status }));
  }
}
