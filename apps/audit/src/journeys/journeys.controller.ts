import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { orderId } from '@waybill/contracts';
import { problem } from '@waybill/service-kit';
import { FindJourney } from './find-journey.js';
import type { Journey } from './journey.js';

@ApiTags('journeys')
@Controller('journeys')
export class JourneysController {
  constructor(private readonly journeys: FindJourney) {}

  @Get(':orderId')
  async one(@Param('orderId', { schema: orderId }) id: string): Promise<Journey> {
    const journey = await this.journeys.of(id);
    if (journey) return journey;
    throw problem({ status: 404, title: 'No such order', detail: `Nothing is on record about order ${id}.` });
  }
}
