import { Module, type DynamicModule } from '@nestjs/common';
import { BACKPRESSURE_OPTIONS, type BackpressureOptions } from './backpressure.options.js';
import { ReadBacklog } from './read-backlog.js';
import { WatchBacklog } from './watch-backlog.js';

/** Watches what waits, and says how hard to brake. */
@Module({})
export class BackpressureModule {
  static for(options: BackpressureOptions): DynamicModule {
    return {
      module: BackpressureModule,
      providers: [{ provide: BACKPRESSURE_OPTIONS, useValue: options }, ReadBacklog, WatchBacklog],
      exports: [WatchBacklog],
    };
  }
}
