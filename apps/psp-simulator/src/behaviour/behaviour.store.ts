import { Injectable } from '@nestjs/common';
import { PrismaClient } from '../generated/prisma/client.js';
import { behaviour, type Behaviour } from './behaviour.js';

const only = { id: 1 };

/** One row, so that a restart changes nothing; read once, since this provider is a single process. */
@Injectable()
export class BehaviourStore {
  private known: Behaviour | undefined;

  constructor(private readonly prisma: PrismaClient) {}

  async read(): Promise<Behaviour> {
    if (this.known) return this.known;
    const stored = await this.stored();
    // Not over what was written meanwhile.
    return (this.known ??= stored);
  }

  async write(wanted: Behaviour): Promise<void> {
    await this.prisma.behaviour.upsert({ where: only, create: { ...only, ...wanted }, update: wanted });
    this.known = wanted;
  }

  /** True once for each key. */
  async firstFailure(key: string): Promise<boolean> {
    const { count } = await this.prisma.failedFirstAsk.createMany({ data: [{ key }], skipDuplicates: true });
    return count === 1;
  }

  private async stored(): Promise<Behaviour> {
    const row = await this.prisma.behaviour.findUnique({ where: only, omit: { id: true } });
    return row ?? behaviour.parse({});
  }
}
