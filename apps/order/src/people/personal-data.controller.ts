import { Controller, Delete, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { customerId } from '@waybill/contracts';
import { HeaderValue } from '@waybill/service-kit';
import { z } from 'zod';
import { ErasePersonalData, type Erasure } from './erase-personal-data.js';

/** Who asks; kept with the erasure. */
const actor = z
  .string({ error: 'expected 1 to 100 visible ASCII characters' })
  .regex(/^[\x21-\x7e]{1,100}$/, 'expected 1 to 100 visible ASCII characters');

@ApiTags('personal data')
@Controller('customers')
export class PersonalDataController {
  constructor(private readonly personalData: ErasePersonalData) {}

  /** Safe twice: answers the erasure that was. */
  @Delete(':customerId/personal-data')
  erase(
    @Param('customerId', { schema: customerId }) id: string,
    @HeaderValue('Waybill-Actor', actor) by: string,
  ): Promise<Erasure> {
    return this.personalData.of(id, by);
  }
}
