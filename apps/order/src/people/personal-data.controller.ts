import { Controller, Delete, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { customerId } from '@waybill/contracts';
import { actorName, HeaderValue } from '@waybill/service-kit';
import { ErasePersonalData, type Erasure } from './erase-personal-data.js';

@ApiTags('personal data')
@Controller('customers')
export class PersonalDataController {
  constructor(private readonly personalData: ErasePersonalData) {}

  /** Safe twice: answers the erasure that was. */
  @Delete(':customerId/personal-data')
  erase(
    @Param('customerId', { schema: customerId }) id: string,
    @HeaderValue('Waybill-Actor', actorName) by: string,
  ): Promise<Erasure> {
    return this.personalData.of(id, by);
  }
}
