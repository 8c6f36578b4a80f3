import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { customerId, orderId } from '@waybill/contracts';
import {
  Caller,
  ForCustomers,
  HeaderValue,
  idempotencyKey,
  problem,
  RequestCaller,
  type Problem,
} from '@waybill/service-kit';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { AdmitOrder } from '../backpressure/admit-order.js';
import { SheddingError } from '../backpressure/backpressure.errors.js';
import { FindOrders } from './find-orders.js';
import { OrderError } from './order.errors.js';
import { present } from './order-row.js';
import { placeOrderBody, type PlaceOrderBody } from './place-order.schema.js';
import type { Placed } from './placement.js';

const listQuery = z.object({
  customerId: customerId.optional(),
  status: z.enum(['PENDING', 'CONFIRMED', 'REJECTED', 'EXPIRED']).optional(),
  after: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});

/** Customers order for themselves and see their own orders; admins do for everybody. */
@ApiTags('orders')
@ForCustomers()
@Controller('orders')
export class OrdersController {
  constructor(
    private readonly admitOrder: AdmitOrder,
    private readonly findOrders: FindOrders,
  ) {}

  @Post()
  @HttpCode(202)
  async place(
    @Body({ schema: placeOrderBody }) body: PlaceOrderBody,
    @HeaderValue('Idempotency-Key', idempotencyKey) key: string,
    @Res({ passthrough: true }) reply: FastifyReply,
    @RequestCaller() caller: Caller,
  ): Promise<Placed> {
    caller.actFor(body.customerId);
    try {
      const placed = await this.admitOrder.admit(body, key);
      void reply.header('location', `/orders/${placed.orderId}`);
      return placed;
    } catch (error) {
      throw asProblem(error);
    }
  }

  @Get()
  async list(
    @Query({ schema: listQuery }) query: z.output<typeof listQuery>,
    @RequestCaller() caller: Caller,
  ) {
    const { customerId = caller.onlyCustomer } = query;
    if (customerId) caller.actFor(customerId);
    const { orders, nextCursor } = await this.findOrders.list({ ...query, customerId });
    return { orders: orders.map(present), ...(nextCursor && { nextCursor }) };
  }

  @Get(':orderId')
  async one(@Param('orderId', { schema: orderId }) id: string, @RequestCaller() caller: Caller) {
    const order = await this.findOrders.one(id);
    // Somebody else's is not told from one that does not exist.
    if (!order || !caller.maySee(order.customerId))
      throw problem({ status: 404, title: 'No such order', detail: `There is no order ${id}.` });
    return present(order);
  }
}

function asProblem(error: unknown): unknown {
  if (error instanceof OrderError) return problemFor(error);
  if (error instanceof SheddingError) return notNow(error);
  return error;
}

/** 503: nothing is wrong with the request, and nothing of it was stored. */
function notNow(error: SheddingError): Problem {
  const detail =
    `More waits than is worked off: ${error.message}. ` +
    `Send it again, with the same Idempotency-Key, after the seconds in Retry-After.`;
  const headers = { 'retry-after': String(error.retryAfterSeconds) };
  return problem({ status: 503, title: 'Too many orders', detail, headers }, { cause: error });
}

/** 409: come again; 422: understood, and refused. */
function problemFor(error: OrderError): Problem {
  const { code, field, message } = error;
  const inUse = code === 'key-in-use';
  return problem(
    {
      status: inUse ? 409 : 422,
      title: inUse ? 'Request still running' : 'Order refused',
      detail: message,
      errors: [{ field, rule: code, message }],
      ...(inUse && { headers: { 'retry-after': '1' } }),
    },
    { cause: error },
  );
}
