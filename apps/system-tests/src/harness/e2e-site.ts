import { join } from 'node:path';
import { repository, siteAt } from '../../../../tools/servers/site.ts';

/** Servers of our own, so that a broker killed here is not missed by whoever uses those of the other tests. */
export const e2eSite = siteAt('e2e', join(repository, '.waybill/e2e'), 17_000, 12_000);
