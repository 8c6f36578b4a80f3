import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Verification } from './verify-chain.js';
import { WatchChain } from './watch-chain.js';

@ApiTags('audit')
@Controller('audit')
export class AuditController {
  constructor(private readonly chain: WatchChain) {}

  @Get('verify')
  verify(): Promise<Verification> {
    return this.chain.verify();
  }
}
