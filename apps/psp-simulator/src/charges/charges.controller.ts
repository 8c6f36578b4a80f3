import { setTimeout as wait } from 'node:timers/promises';
import { Body, Controller, Get, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ForCustomers, HeaderValue, idempotencyKey, problem } from '@waybill/service-kit';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { chosen } from '../behaviour/behaviour.js';
import { BehaviourStore } from '../behaviour/behaviour.store.js';
import { chargeBody, sameCharge, type Charge, type ChargeBody } from './charge.js';
import { ChargesStore } from './charges.store.js';

const ofOrder = z.object({ orderId: z.string().min(1).max(255) });
/** Longer than any caller waits. */
const silenceMs = 60_000;

/** A provider's customers are merchants: to them each key is another one's. */
@ApiTags('charges')
@ForCustomers()
@Controller('charges')
export class ChargesController {
  constructor(
    private readonly charges: ChargesStore,
    private readonly behaviours: BehaviourStore,
  ) {}

  /** 201 charged or declined now, 200 the same answer as before, 409 cancelled; 422 for a key of another charge. */
  @Post()
  async charge(
    @Body({ schema: chargeBody }) body: ChargeBody,
    @HeaderValue('Idempotency-Key', idempotencyKey) key: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Charge | undefined> {
    const { delayMs, declineRate, timeoutAfterChargeRate, errorRate } = await this.behaviours.read();
    await wait(delayMs);
    if (chosen(key, 'error', errorRate) && (await this.behaviours.firstFailure(key))) throw troubled();
    const wanted = chosen(key, 'decline', declineRate) ? 'declined' : 'captured';
    const { charge, first } = await this.charges.settle(key, wanted, body);
    if (first && chosen(key, 'silence', timeoutAfterChargeRate)) return fallSilent(reply);
    if (charge.status !== 'cancelled' && !sameCharge(charge, body)) throw otherCharge(key);
    void reply.code(charge.status === 'cancelled' ? 409 : first ? 201 : 200);
    return charge;
  }

  /** 200 the key can never be charged any more, 409 it was charged or declined before. */
  @Put(':key/cancellation')
  async cancel(
    @Param('key', { schema: idempotencyKey }) key: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Charge> {
    const { delayMs } = await this.behaviours.read();
    await wait(delayMs);
    const { charge } = await this.charges.settle(key, 'cancelled');
    void reply.code(charge.status === 'cancelled' ? 200 : 409);
    return charge;
  }

  /** 200 the money is given back, now or before; 409 nothing was captured; 404 for a key never seen. */
  @Put(':key/refund')
  async refund(
    @Param('key', { schema: idempotencyKey }) key: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Charge | undefined> {
    const { delayMs, timeoutAfterChargeRate, errorRate } = await this.behaviours.read();
    await wait(delayMs);
    const refund = `refund ${key}`;
    if (chosen(key, 'error', errorRate) && (await this.behaviours.firstFailure(refund))) throw troubled();
    const refunded = await this.charges.refund(key);
    if (!refunded)
      throw problem({ status: 404, title: 'No such charge', detail: `There is no charge ${key}.` });
    if (refunded.first && chosen(key, 'silence', timeoutAfterChargeRate)) return fallSilent(reply);
    void reply.code(refunded.charge.refundedAt ? 200 : 409);
    return refunded.charge;
  }

  @Get()
  async list(@Query({ schema: ofOrder }) { orderId }: z.output<typeof ofOrder>) {
    return { charges: await this.charges.ofOrder(orderId) };
  }
}

const troubled = () =>
  problem({
    status: 500,
    title: 'Provider trouble',
    detail: 'The provider fails on purpose, once for this key.',
  });

function otherCharge(key: string) {
  const message = 'was used for another order, amount or currency';
  const errors = [{ field: 'Idempotency-Key', rule: 'same-charge', message }];
  return problem({ status: 422, title: 'Idempotency key reused', detail: `${key} ${message}.`, errors });
}

/** The connection stays open and nothing comes, until the caller gives up. */
function fallSilent(reply: FastifyReply): undefined {
  void reply.hijack();
  setTimeout(() => reply.raw.destroy(), silenceMs).unref();
}
