import {
  Inject,
  Injectable,
  Module,
  type DynamicModule,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import type { PrismaPg } from '@prisma/adapter-pg';
import { Health } from '../health/health.js';
import { migrationsApplied } from './migrations-applied.js';
import { postgresAdapter, type PostgresOptions } from './postgres-adapter.js';
import { prismaDatabase, type PrismaClientShape, type PrismaDatabase } from './prisma-database.js';

/** Injects the service's `PrismaDatabase`: `@Inject(DATABASE) private readonly database: PrismaDatabase`. */
export const DATABASE = Symbol('database');
const MIGRATIONS = Symbol('migrations');
const CLIENT = Symbol('prisma client');

export interface DatabaseModuleOptions extends PostgresOptions {
  /** The generated `PrismaClient`; it is also the token that injects it. */
  readonly client: new (options: { adapter: PrismaPg; errorFormat: 'minimal' }) => PrismaClientShape;
  /** `new URL('../prisma/migrations', import.meta.url)`, one subfolder per migration. */
  readonly migrations: URL;
}

/** Ready while the database answers and holds every migration; disconnects after all drains. */
@Injectable()
class DatabaseLifecycle implements OnModuleInit, OnApplicationShutdown {
  constructor(
    @Inject(CLIENT) private readonly client: PrismaClientShape,
    @Inject(DATABASE) private readonly database: PrismaDatabase,
    @Inject(MIGRATIONS) private readonly migrations: URL,
    private readonly health: Health,
  ) {}

  onModuleInit(): void {
    this.health.readyWhile('database', async () => void (await this.database.query('SELECT 1')));
    this.health.readyWhile('migrations', migrationsApplied(this.database, this.migrations));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.client.$disconnect();
  }
}

/** Gives the whole service its Prisma client and, as `DATABASE`, the `PrismaDatabase` over it. */
@Module({})
export class DatabaseModule {
  static for({ client, migrations, ...postgres }: DatabaseModuleOptions): DynamicModule {
    return {
      module: DatabaseModule,
      global: true,
      providers: [
        // Any other error format takes a stack trace at every statement, in case it should fail.
        {
          provide: CLIENT,
          useFactory: () => new client({ adapter: postgresAdapter(postgres), errorFormat: 'minimal' }),
        },
        { provide: client, useExisting: CLIENT },
        { provide: DATABASE, useFactory: prismaDatabase, inject: [CLIENT] },
        { provide: MIGRATIONS, useValue: migrations },
        DatabaseLifecycle,
      ],
      exports: [client, DATABASE],
    };
  }
}
