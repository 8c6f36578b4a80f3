import { readPage, valueOn, type Page } from '../../../../tools/metrics/read-page.ts';
import { serviceNames, type ServiceName } from '../../../../tools/servers/site.ts';

/**
 * What each service measures of itself, by its page. All tests read through the one of `Outside`: the longest block of an
 * event loop is told to whoever asks first, and kept here for whoever wants it.
 */
export class MetricsApi {
  private readonly urls: Readonly<Record<ServiceName, string>>;
  private readonly longestBlocks = new Map<ServiceName, number>();

  constructor(urls: Readonly<Record<ServiceName, string>>) {
    this.urls = urls;
  }

  async page(service: ServiceName): Promise<Page> {
    const response = await fetch(`${this.urls[service]}/metrics`);
    if (!response.ok) throw new Error(`${service} answers /metrics with ${response.status}`);
    const page = readPage(await response.text());
    const blockMs = Math.round(1_000 * (valueOn(page, 'nodejs_eventloop_delay_max') ?? 0));
    this.longestBlocks.set(service, Math.max(blockMs, this.longestBlocks.get(service) ?? 0));
    return page;
  }

  pages(): Promise<(readonly [ServiceName, Page])[]> {
    return Promise.all(serviceNames.map(async (name) => [name, await this.page(name)] as const));
  }

  /** How long each event loop was blocked at most since this was asked before. */
  async takeLongestBlocksMs(): Promise<Readonly<Record<string, number>>> {
    await this.pages();
    const blocks = Object.fromEntries(this.longestBlocks);
    this.longestBlocks.clear();
    return blocks;
  }
}
