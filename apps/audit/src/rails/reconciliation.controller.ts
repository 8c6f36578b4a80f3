import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ReconcileRails, type Reconciliation } from './reconcile-rails.js';

@ApiTags('reconciliation')
@Controller('reconciliation')
export class ReconciliationController {
  constructor(private readonly rails: ReconcileRails) {}

  @Get()
  reconcile(): Promise<Reconciliation> {
    return this.rails.reconcile();
  }
}
