import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import {
  ApiBadGatewayResponse,
  ApiGatewayTimeoutResponse,
  ApiServiceUnavailableResponse,
  ApiTags,
} from '@nestjs/swagger';
import { PaymentQuote, quoteRequest } from '@waybill/contracts';
import { type PayloadOf } from '@waybill/messaging';
import { WaybillClient } from '@waybill/messaging-nest';
import { Caller, ForCustomers, problem, RequestCaller } from '@waybill/service-kit';
import { z } from 'zod';

/** By the codes of the RPC client's errors; any other is what it seems to be. */
const problems: Readonly<Record<string, { status: number; title: string; detail: string }>> = {
  WAYBILL_RABBITMQ_RPC_TIMEOUT: {
    status: 504,
    title: 'No quote in time',
    detail: `The payment service did not answer within ${PaymentQuote.limitMs} ms. Orders are taken all the same.`,
  },
  WAYBILL_RABBITMQ_REMOTE: {
    status: 502,
    title: 'No quote',
    detail: 'The payment service failed at answering.',
  },
};

@ApiTags('quotes')
@ForCustomers()
@Controller('quotes')
export class QuotesController {
  constructor(private readonly client: WaybillClient) {}

  /** A question and no resource: nothing is made of it, hence 200. */
  @Post()
  @HttpCode(200)
  @ApiGatewayTimeoutResponse({ description: 'The payment service does not answer within 2 s' })
  @ApiServiceUnavailableResponse({ description: 'RabbitMQ is away, or too many ask' })
  @ApiBadGatewayResponse({ description: 'The payment service failed at answering' })
  async quote(
    @Body({ schema: quoteRequest }) body: z.output<typeof quoteRequest>,
    @RequestCaller() caller: Caller,
  ): Promise<PayloadOf<typeof PaymentQuote.reply>> {
    caller.actFor(body.customerId);
    try {
      return await this.client.ask(PaymentQuote, body);
    } catch (error) {
      const known = problems[(error as { code?: string }).code ?? ''];
      throw known ? problem(known, { cause: error }) : error;
    }
  }
}
