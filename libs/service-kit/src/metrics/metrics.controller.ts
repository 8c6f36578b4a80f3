import { Controller, Get, Res } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import { metricsContentType, metricsPage } from '@waybill/telemetry';
import type { FastifyReply } from 'fastify';
import { problem } from '../problems/problem.js';

@ApiTags('metrics')
@Controller('metrics')
export class MetricsController {
  @Get()
  @ApiProduces('text/plain')
  async metrics(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const page = await metricsPage();
    if (page === undefined)
      throw problem({ status: 404, title: 'No metrics', detail: 'This process has started no telemetry.' });
    void reply.type(metricsContentType);
    return page;
  }
}
