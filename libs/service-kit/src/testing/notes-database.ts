import { afterAll, beforeAll } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { throwawayDatabase, type ThrowawayDatabase } from '@waybill/test-kit';
import { postgresAdapter } from '../database/postgres-adapter.js';
import { prismaDatabase, type PrismaDatabase } from '../database/prisma-database.js';
import { PrismaClient } from './generated/prisma/client.js';

export const insertNote = 'INSERT INTO notes (id, text) VALUES ($1, $2)';

/** A database of its own for all tests of a file, through Prisma. */
export class NotesDatabase {
  throwaway!: ThrowawayDatabase;
  client!: PrismaClient;
  database!: PrismaDatabase;

  constructor() {
    beforeAll(async () => {
      Logger.overrideLogger(false);
      const migrations = new URL('../../prisma/migrations', import.meta.url);
      this.throwaway = await throwawayDatabase({ migrations });
      const adapter = postgresAdapter({ url: this.throwaway.url, poolSize: 3 });
      this.client = new PrismaClient({ adapter, errorFormat: 'minimal' });
      this.database = prismaDatabase(this.client);
    });
    afterAll(async () => {
      await this.client.$disconnect();
      await this.throwaway.drop();
    });
  }

  async count(id: number): Promise<number> {
    const rows = await this.database.query<{ n: bigint }>('SELECT count(*) AS n FROM notes WHERE id = $1', [
      id,
    ]);
    return Number(rows[0]?.n);
  }
}
