import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from './problem.js';
import { problemOf } from './problem-of.js';
import { sendProblem } from './send-problem.js';

/**
 * Turns whatever a request ends in into a problem answer. Failures of ours (5xx) are logged; refusals are not. A 503 that
 * somebody decided on, to drain or to shed, is a refusal too: a line for each would add to the load that it sheds.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('http');

  catch(error: unknown, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw error;
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = problemOf(error);
    if (isFailure(error, problem)) this.log(error, request, problem.fields.status);
    if (!reply.sent) sendProblem(problem, request, reply);
  }

  private log(error: unknown, request: FastifyRequest, status: number): void {
    this.logger.error({ msg: 'request failed', requestId: request.id, url: request.url, status, err: error });
  }
}

function isFailure(error: unknown, { fields: { status } }: Problem): boolean {
  return status >= 500 && !(status === 503 && error instanceof Problem);
}
