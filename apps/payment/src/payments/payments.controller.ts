import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { orderId } from '@waybill/contracts';
import { problem } from '@waybill/service-kit';
import { present } from './payment-row.js';
import { PaymentsStore } from './payments.store.js';

@ApiTags('payments')
@Controller('payments')
export class PaymentsController {
  constructor(private readonly payments: PaymentsStore) {}

  @Get(':orderId')
  async one(@Param('orderId', { schema: orderId }) id: string) {
    const payment = await this.payments.find(id);
    if (payment) return present(payment);
    throw problem({ status: 404, title: 'No such payment', detail: `No payment was asked for order ${id}.` });
  }
}
