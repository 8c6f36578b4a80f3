import { Module, type DynamicModule } from '@nestjs/common';
import { DatabaseModule } from '@waybill/service-kit';
import { BehaviourController } from './behaviour/behaviour.controller.js';
import { BehaviourStore } from './behaviour/behaviour.store.js';
import { ChargesController } from './charges/charges.controller.js';
import { ChargesStore } from './charges/charges.store.js';
import { LedgerController } from './charges/ledger.controller.js';
import type { PspSettings } from './config.js';
import { PrismaClient } from './generated/prisma/client.js';

/** A payment provider that knows nothing of Waybill: no broker, no contract of ours, a database of its own. */
@Module({})
export class PspModule {
  static with({ DATABASE_URL: url }: PspSettings): DynamicModule {
    return {
      module: PspModule,
      imports: [
        DatabaseModule.for({
          client: PrismaClient,
          migrations: new URL('../prisma/migrations', import.meta.url),
          url,
          applicationName: 'psp-simulator',
        }),
      ],
      controllers: [ChargesController, LedgerController, BehaviourController],
      providers: [ChargesStore, BehaviourStore],
    };
  }
}
