import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { sku } from '@waybill/contracts';
import { DATABASE, type PrismaDatabase } from '@waybill/service-kit';
import { z } from 'zod';
import { ActivityStore, type ActivityCount } from './activity.store.js';

const listQuery = z.object({
  minutes: z.coerce.number().int().min(1).max(1_440).default(60),
  sku: sku.optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});

@ApiTags('activity')
@Controller('activity')
export class ActivityController {
  constructor(
    private readonly activity: ActivityStore,
    @Inject(DATABASE) private readonly database: PrismaDatabase,
  ) {}

  /** What was heard of: never more than was done, and less where something crashed. */
  @Get()
  async list(
    @Query({ schema: listQuery }) query: z.output<typeof listQuery>,
  ): Promise<{ counts: ActivityCount[] }> {
    return { counts: await this.activity.latest(query, this.database) };
  }
}
