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

  /** Gives a captured charge's money back, once; `first` says whether this ask did. Nothing for a key never seen. */
  async refund(key: string): Promise<{ charge: Charge; first: boolean } | undefined> {
    const { count } = await this.prisma.charge.updateMany({
      where: { key, status: 'captured', refundedAt: null },
      data: { refundedAt: new Date() },
    });
    const row = await this.prisma.charge.findUnique({ where: { key } });
    return row ? { charge: rowToCharge(row), first: count === 1 } : undefined;
  }

  async ofOrder(orderId: string): Promise<Charge[]> {
    const rows = await this.prisma.charge.findMany({ where: { orderId }, orderBy: { createdAt: 'asc' } });
    return rows.map(rowToCharge);
  }

  async ledger(): Promise<Ledger> {
    const groups = await this.prisma.charge.groupBy({
      by: ['status'],
      // Fields count their values, so `refundedAt` counts refunds.
      _count: { _all: true, refundedAt: true },
      _sum: { amountCents: true },
    });
    const { _sum: refunds } = await this.prisma.charge.aggregate({
      where: { refundedAt: { not: null } },
      _sum: { amountCents: true },
    });
    const of = (status: ChargeStatus) => groups.find((group) => group.status === status);
    return {
      captured: of('captured')?._count._all ?? 0,
      declined: of('declined')?._count._all ?? 0,
      capturedCents: Number(of('captured')?._sum.amountCents ?? 0),
      refunded: of('captured')?._count.refundedAt ?? 0,
      refundedCents: Number(refunds.amountCents ?? 0),
    };
  }
}

function rowToCharge({
  key,
  id,
  status,
  orderId,
  amountCents,
  currency,
  createdAt,
  refundedAt,
}: ChargeRow): Charge {
  return {
    key,
    chargeId: id,
    status: status as ChargeStatus,
    ...(orderId !== null && { orderId }),
    ...(amountCents !== null && { amountCents: Number(amountCents) }),
    ...(currency !== null && { currency }),
    createdAt: createdAt.toISOString(),
    ...(refundedAt !== null && { refundedAt: refundedAt.toISOString() }),
  };
}
