import { afterAll, beforeAll } from '@jest/globals';
import { Body, Controller, Get, Injectable, Logger, Module, Param, Post, Query } from '@nestjs/common';
import { InfrastructureError } from '@waybill/messaging';
import { z } from 'zod';
import { TakesBytes } from '../http/takes-bytes.js';
import { createService, type RunningService } from '../lifecycle/create-service.js';
import { ServiceLogger } from '../logging/service-logger.js';
import { HeaderValue, idempotencyKey } from '../problems/header-value.js';
import { problem } from '../problems/problem.js';

const parcel = z.strictObject({
  weight: z.int().min(1),
  lines: z.array(z.strictObject({ sku: z.string() })).default([]),
});
const search = z.object({ limit: z.coerce.number().int().max(10) });

const failureKind = z.enum(['bug', 'away', 'full', 'gone']);

/** Lets a test hold a request open and let it go. */
@Injectable()
export class Gate {
  readonly entered = Promise.withResolvers<void>();
  readonly open = Promise.withResolvers<string>();
}

@Controller('parcels')
class ParcelsController {
  constructor(private readonly gate: Gate) {}

  @Post()
  post(
    @Body({ schema: parcel }) body: z.output<typeof parcel>,
    @HeaderValue('Idempotency-Key', idempotencyKey) key: string,
  ) {
    new Logger('parcels').log({ msg: 'posted', key });
    return { ...body, key };
  }

  @Post('labels')
  @TakesBytes({ types: ['image/png', 'application/pdf'], maxBytes: 2_000 })
  label(@Body() body: Uint8Array) {
    return { bytes: [...body] };
  }

  @Get()
  list(@Query({ schema: search }) query: z.output<typeof search>) {
    return query;
  }

  @Get('slow')
  slow(): Promise<string> {
    this.gate.entered.resolve();
    return this.gate.open.promise;
  }

  @Get('failures/:kind')
  fail(@Param('kind', { schema: failureKind }) kind: z.output<typeof failureKind>) {
    if (kind === 'bug') throw new Error('secret table name');
    if (kind === 'full') throw problem({ status: 503, title: 'Full', headers: { 'retry-after': '3' } });
    if (kind === 'away') throw new InfrastructureError('secret address');
    throw problem({
      status: 410,
      title: 'Gone',
      type: 'https://waybill.example/gone',
      headers: { 'retry-after': '7' },
    });
  }
}

@Module({ controllers: [ParcelsController], providers: [Gate] })
class ParcelsModule {}

/** What was logged. */
export const lines: string[] = [];
const logger = () => new ServiceLogger('parcels', 'info', { write: (line) => void lines.push(line) });

export const start = (graceMs?: number) =>
  createService(ParcelsModule, {
    name: 'parcels',
    port: 0,
    bodyLimitBytes: 1_000,
    logger: logger(),
    ...(graceMs && { graceMs }),
  });

/** One that runs for all tests of a file, and requests to it. */
export class RunningParcels {
  service!: RunningService;

  constructor() {
    beforeAll(async () => void (this.service = await start()));
    afterAll(() => this.service.stop());
  }

  readonly send = async (path: string, init?: RequestInit) => {
    const answer = await fetch(`${this.service.url}${path}`, init);
    const text = await answer.text();
    return { status: answer.status, type: answer.headers.get('content-type'), headers: answer.headers, text };
  };

  readonly post = (body: string, headers: Record<string, string> = {}) =>
    this.send('/parcels', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', 'idempotency-key': 'k', ...headers },
    });
}
