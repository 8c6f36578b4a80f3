import { Global, Module } from '@nestjs/common';
import { HealthController } from '../health/health.controller.js';
import { Health } from '../health/health.js';
import { MetricsController } from '../metrics/metrics.controller.js';
import { Drains } from './drains.js';

/** Gives every module of a service `Health` and `Drains` to register with. */
@Global()
@Module({
  controllers: [HealthController, MetricsController],
  providers: [Health, Drains],
  exports: [Health, Drains],
})
export class ServiceModule {}
