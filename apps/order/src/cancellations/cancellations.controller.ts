import { Controller, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { orderId } from '@waybill/contracts';
import {
  Caller,
  ForCustomers,
  HeaderValue,
  idempotencyKey,
  problem,
  RequestCaller,
} from '@waybill/service-kit';
import type { FastifyReply } from 'fastify';
import { FindOrders } from '../orders/find-orders.js';
import { OrderError } from '../orders/order.errors.js';
import { CancelOrder, type Cancelling } from './cancel-order.js';
import { CancellationError } from './cancellation.errors.js';

@ApiTags('orders')
@ForCustomers()
@Controller('orders/:orderId/cancellations')
export class CancellationsController {
  constructor(
    private readonly cancelOrder: CancelOrder,
    private readonly orders: FindOrders,
  ) {}

  /** 202: how it ends is told by the order; 409: the order ended without money before, or the key is in use. */
  @Post()
  @HttpCode(202)
  async cancel(
    @Param('orderId', { schema: orderId }) id: string,
    @HeaderValue('Idempotency-Key', idempotencyKey) key: string,
    @RequestCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Cancelling> {
    const order = await this.orders.one(id);
    // Somebody else's is not told from one that does not exist.
    if (!order || !caller.maySee(order.customerId)) throw noSuchOrder(`There is no order ${id}.`);
    try {
      const cancelling = await this.cancelOrder.cancel(id, key);
      void reply.header('location', `/orders/${id}`);
      return cancelling;
    } catch (error) {
      throw asProblem(error);
    }
  }
}

function asProblem(error: unknown): unknown {
  if (error instanceof CancellationError) {
    const { code, message: detail } = error;
    if (code === 'order-not-found') return noSuchOrder(detail);
    return problem({ status: 409, title: 'Order ended', detail });
  }
  if (error instanceof OrderError && error.code === 'key-in-use') {
    const headers = { 'retry-after': '1' };
    return problem({ status: 409, title: 'Request still running', detail: error.message, headers });
  }
  return error;
}

function noSuchOrder(detail: string): Error {
  return problem({ status: 404, title: 'No such order', detail });
}
