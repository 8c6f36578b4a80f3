import { Injectable } from '@nestjs/common';
import { uuidV7 } from '@waybill/service-kit';
import { PrismaClient, type Charge as ChargeRow } from '../generated/prisma/client.js';
import type { Charge, ChargeBody, ChargeStatus, Ledger } from './charge.js';

/** The provider's truth. The primary key decides between two asks of one key, whatever they ask for. */
@Injectable()
export class ChargesStore {
  constructor(private readonly prisma: PrismaClient) {}

  /** What became of the key, and whether this ask decided it. */
  async settle(
    key: string,
    status: ChargeStatus,
    body?: ChargeBody,
  ): Promise<{ charge: Charge; first: boolean }> {
    const data = { key, id: uuidV7(), status, ...body };
    const [created] = await this.prisma.charge.createManyAndReturn({ data: [data], skipDuplicates: true });
    const row = created ?? (await this.prisma.charge.findUniqueOrThrow({ where: { key } }));
    return { charge: rowToCharge(row), first: created !== undefined };
  }

  async ofOrder(orderId: string): Promise<Charge[]> {
    const rows = await this.prisma.charge.findMany({ where: { orderId }, orderBy: { createdAt: 'asc' } });
    return rows.map(rowToCharge);
  }

  async ledger(): Promise<Ledger> {
    const groups = await this.prisma.charge.groupBy({
      by: ['status'],
      _count: true,
      _sum: { amountCents: true },
    });
    const of = (status: ChargeStatus) => groups.find((group) => group.status === status);
    return {
      captured: of('captured')?._count ?? 0,
      declined: of('declined')?._count ?? 0,
      capturedCents: Number(of('captured')?._sum.amountCents ?? 0),
    };
  }
}

function rowToCharge({ key, id, status, orderId, amountCents, currency, createdAt }: ChargeRow): Charge {
  return {
    key,
    chargeId: id,
    status: status as ChargeStatus,
    ...(orderId !== null && { orderId }),
    ...(amountCents !== null && { amountCents: Number(amountCents) }),
    ...(currency !== null && { currency }),
    createdAt: createdAt.toISOString(),
  };
}
