import { Agent, request, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as TlsAgent, request as requestOverTls } from 'node:https';
import { text } from 'node:stream/consumers';

export interface Question {
  method: 'GET' | 'POST' | 'PUT';
  path: string;
  headers?: Record<string, string>;
  /** Sent as JSON, bytes as they are. */
  body?: unknown;
}

export interface Answer {
  status: number;
  retryAfterMs?: number;
  body: string;
}

/**
 * One pool of kept-alive connections. Built on `node:http` because the load generator shares its machine with
 * what it measures: `fetch` costs about twice the CPU a request.
 * Rejects when there is no whole answer in time; whether the other side acted is then unknown.
 */
export class HttpClient {
  private readonly agent: Agent;

  constructor(
    readonly baseUrl: string,
    private readonly options: { connections: number; timeoutMs: number; apiKey?: string | undefined },
  ) {
    const pool = { keepAlive: true, maxSockets: options.connections };
    this.agent = this.isTls ? new TlsAgent(pool) : new Agent(pool);
  }

  send(question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const ask = this.isTls ? requestOverTls : request;
      const outgoing = ask(this.baseUrl + question.path, this.settingsOf(question), (incoming) => {
        readAnswer(incoming).then(resolve, reject);
      });
      outgoing.on('error', reject);
      outgoing.end(contentOf(question));
    });
  }

  close(): void {
    this.agent.destroy();
  }

  private get isTls(): boolean {
    return this.baseUrl.startsWith('https:');
  }

  private settingsOf({ method, headers, body }: Question): RequestOptions {
    const content = body === undefined ? {} : { 'content-type': 'application/json' };
    const signal = AbortSignal.timeout(this.options.timeoutMs);
    const key = this.options.apiKey ? { 'x-api-key': this.options.apiKey } : {};
    return { agent: this.agent, method, signal, headers: { ...content, ...key, ...headers } };
  }
}

function contentOf({ body }: Question): string | Uint8Array | undefined {
  return body === undefined || body instanceof Uint8Array ? body : JSON.stringify(body);
}

async function readAnswer(incoming: IncomingMessage): Promise<Answer> {
  const { statusCode: status = 0, headers } = incoming;
  return { status, body: await text(incoming), retryAfterMs: retryAfterMs(headers['retry-after']) };
}

/** RFC 9110 allows seconds or a date. */
export function retryAfterMs(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
