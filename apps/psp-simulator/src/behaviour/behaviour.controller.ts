import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { behaviour, type Behaviour } from './behaviour.js';
import { BehaviourStore } from './behaviour.store.js';

@ApiTags('behaviour')
@Controller('behaviour')
export class BehaviourController {
  constructor(private readonly behaviours: BehaviourStore) {}

  @Get()
  read(): Promise<Behaviour> {
    return this.behaviours.read();
  }

  /** Holds for every charge from now on, whatever was set before. */
  @Put()
  async write(@Body({ schema: behaviour }) wanted: Behaviour): Promise<Behaviour> {
    await this.behaviours.write(wanted);
    return wanted;
  }
}
