import { Deferred } from '../deferred.js';
import { RpcTimeoutError } from '../rabbitmq.errors.js';
import type { RpcRequest } from './rpc.js';

/** One call until it is settled, by whatever comes first. Then nothing is left of it: no entry, timer or listener. */
export class PendingCall {
  private readonly settled = new Deferred<Uint8Array>();
  private readonly timer: NodeJS.Timeout;
  private readonly onAbort = () => this.reject(this.request.signal?.reason as Error);

  constructor(
    private readonly request: RpcRequest,
    private readonly forget: () => void,
  ) {
    const { queue, limitMs, signal } = request;
    this.timer = setTimeout(() => this.reject(new RpcTimeoutError(queue, limitMs)), limitMs);
    signal?.addEventListener('abort', this.onAbort, { once: true });
  }

  get answer(): Promise<Uint8Array> {
    return this.settled.promise;
  }

  resolve(body: Uint8Array): void {
    this.leave();
    this.settled.resolve(body);
  }

  reject(because: Error): void {
    this.leave();
    this.settled.reject(because);
  }

  private leave(): void {
    clearTimeout(this.timer);
    this.request.signal?.removeEventListener('abort', this.onAbort);
    this.forget();
  }
}
