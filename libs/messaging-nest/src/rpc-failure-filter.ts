import { Catch, type RpcExceptionFilter } from '@nestjs/common';
import { throwError, type Observable } from 'rxjs';

/**
 * Lets what a handler threw reach the pipeline, which classifies it by class, code and cause. Nest's own filter makes
 * `{ status: 'error', message: 'Internal server error' }` of everything, so that a deadlock and a bug look the same.
 */
@Catch()
export class RpcFailureFilter implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}
