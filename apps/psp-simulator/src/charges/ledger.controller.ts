import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Ledger } from './charge.js';
import { ChargesStore } from './charges.store.js';

@ApiTags('ledger')
@Controller('ledger')
export class LedgerController {
  constructor(private readonly charges: ChargesStore) {}

  /** All that was ever charged, by this provider's own books. */
  @Get()
  read(): Promise<Ledger> {
    return this.charges.ledger();
  }
}
