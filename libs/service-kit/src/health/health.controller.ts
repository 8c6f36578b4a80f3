import { Controller, Get, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Drains } from '../lifecycle/drains.js';
import { Health, type CheckResult } from './health.js';

interface HealthAnswer {
  readonly status: 'ok' | 'failing' | 'draining';
  readonly checks: Record<string, CheckResult>;
  readonly reports?: Record<string, unknown>;
}

@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: Health,
    private readonly drains: Drains,
  ) {}

  @Get('live')
  async live(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthAnswer> {
    const checks = await this.health.alive();
    return answer(reply, { status: statusOf(checks), checks });
  }

  @Get('ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthAnswer> {
    const checks = await this.health.ready();
    const status = this.drains.state === 'running' ? statusOf(checks) : 'draining';
    return answer(reply, { status, checks, reports: this.health.reported() });
  }
}

function statusOf(checks: Record<string, CheckResult>): 'ok' | 'failing' {
  return Object.values(checks).every(({ ok }) => ok) ? 'ok' : 'failing';
}

function answer(reply: FastifyReply, body: HealthAnswer): HealthAnswer {
  void reply.status(body.status === 'ok' ? 200 : 503);
  return body;
}
