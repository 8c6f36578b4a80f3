import { readPage, valueOn, type Page } from '../../../../tools/metrics/read-page.ts';
import { serviceNames, type ServiceName } from '../../../../tools/servers/site.ts';

/**
 * What each service measures of itself, by its page. All tests read through the one of `Outside`: the longest turn of an
 * event loop is told to whoever asks first, and kept here for whoever wants it.
 */
export class MetricsApi {
  private readonly urls: Readonly<Record<ServiceName, string>>;
  private readonly longestTurns = new Map<ServiceName, number>();

  constructor(urls: Readonly<Record<ServiceName, string>>) {
    this.urls = urls;
  }

  async page(service: ServiceName): Promise<Page> {
    const response = await fetch(`${this.urls[service]}/metrics`);
    if (!response.ok) throw new Error(`${service} answers /metrics with ${response.status}`);
    const page = readPage(await response.text());
    const turnMs = Math.round(1_000 * valueOn(page, 'waybill_eventloop_longest_turn')!);
    this.longestTurns.set(service, Math.max(turnMs, this.longestTurns.get(service) ?? 0));
    return page;
  }

  pages(): Promise<(readonly [ServiceName, Page])[]> {
    return Promise.all(serviceNames.map(async (name) => [name, await this.page(name)] as const));
  }

  /**
   * How long each event loop was blocked at most by its own work since this was asked before. On a busy machine it is late
   * for longer, whatever it does.
   */
  async takeLongestTurnsMs(): Promise<Readonly<Record<string, number>>> {
    await this.pages();
    const turns = Object.fromEntries(this.longestTurns);
    this.longestTurns.clear();
    return turns;
  }
}
