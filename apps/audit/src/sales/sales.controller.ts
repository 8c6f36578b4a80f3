import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { currency } from '@waybill/contracts';
import { DATABASE, type PrismaDatabase } from '@waybill/service-kit';
import { z } from 'zod';
import { SalesStore, type Sales } from './sales.store.js';

const listQuery = z.object({
  minutes: z.coerce.number().int().min(1).max(527_040).default(60),
  currency: currency.optional(),
  limit: z.coerce.number().int().min(1).max(10_000).default(100),
});

@ApiTags('sales')
@Controller('sales')
export class SalesController {
  constructor(
    private readonly sales: SalesStore,
    @Inject(DATABASE) private readonly database: PrismaDatabase,
  ) {}

  /** Confirmed orders by the minute in which they were settled, each counted once. */
  @Get()
  async list(@Query({ schema: listQuery }) query: z.output<typeof listQuery>): Promise<{ sales: Sales[] }> {
    return { sales: await this.sales.latest(query, this.database) };
  }
}
