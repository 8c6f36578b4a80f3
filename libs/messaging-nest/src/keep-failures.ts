import { Catch, UseFilters, type INestApplication, type RpcExceptionFilter } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { throwError, type Observable } from 'rxjs';

/** Where `@EventPattern` and `@MessagePattern` write; Nest exports no name for it. */
const patternMetadata = 'microservices:pattern';

/**
 * Lets what a pattern method threw reach the pipeline, which classifies it by class, code and cause. Nest's own filter
 * makes `{ status: 'error', message: 'Internal server error' }` of everything, so that a deadlock and a bug look the same.
 */
@Catch()
class FailureFilter implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

/**
 * Binds the filter to every pattern method. It has to be there before Nest looks at the methods, which is while the
 * transport is connected; a filter given to the microservice afterwards would be ignored.
 */
export function keepFailures(app: INestApplication): void {
  const scanner = new MetadataScanner();
  for (const { metatype } of app.get(DiscoveryService).getControllers()) {
    const prototype: Record<string, unknown> = metatype?.prototype ?? {};
    for (const name of scanner.getAllMethodNames(prototype)) keepFailuresOf(prototype, name);
  }
}

function keepFailuresOf(prototype: Record<string, unknown>, name: string): void {
  const method = prototype[name];
  if (typeof method !== 'function' || !Reflect.hasMetadata(patternMetadata, method)) return;
  UseFilters(new FailureFilter())(prototype, name, { value: method });
}
