import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { VerifyChain, type Verification } from './verify-chain.js';

@ApiTags('audit')
@Controller('audit')
export class AuditController {
  constructor(private readonly chain: VerifyChain) {}

  @Get('verify')
  verify(): Promise<Verification> {
    return this.chain.verify();
  }
}
