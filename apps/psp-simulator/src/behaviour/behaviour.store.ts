import { Injectable } from '@nestjs/common';
import { PrismaClient } from '../generated/prisma/client.js';
import { behaviour, type Behaviour } from './behaviour.js';

const only = { id: 1 };

/** One row, so that a restart changes nothing. */
@Injectable()
export class BehaviourStore {
  constructor(private readonly prisma: PrismaClient) {}

  async read(): Promise<Behaviour> {
    const row = await this.prisma.behaviour.findUnique({ where: only, omit: { id: true } });
    return row ?? behaviour.parse({});
  }

  async write(wanted: Behaviour): Promise<void> {
    await this.prisma.behaviour.upsert({ where: only, create: { ...only, ...wanted }, update: wanted });
  }

  /** True once for each key. */
  async firstFailure(key: string): Promise<boolean> {
    const { count } = await this.prisma.failedFirstAsk.createMany({ data: [{ key }], skipDuplicates: true });
    return count === 1;
  }
}
