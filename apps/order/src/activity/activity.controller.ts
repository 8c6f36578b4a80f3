import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { StorefrontActivity } from '@waybill/contracts';
import type { PayloadOf } from '@waybill/messaging';
import { Caller, ForCustomers, RequestCaller } from '@waybill/service-kit';
import { PublishActivity } from './publish-activity.js';

@ApiTags('activity')
@ForCustomers()
@Controller('activity')
export class ActivityController {
  constructor(private readonly activity: PublishActivity) {}

  /** Taken, and nothing more is promised: whether a broker has it nobody asks. */
  @Post()
  @HttpCode(202)
  tell(
    @Body({ schema: StorefrontActivity.payload }) body: PayloadOf<typeof StorefrontActivity>,
    @RequestCaller() caller: Caller,
  ): void {
    caller.actFor(body.customerId);
    this.activity.publish(body);
  }
}
