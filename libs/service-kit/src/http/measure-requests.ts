import { histogramOf, requestMetrics } from '@waybill/telemetry';
import type { FastifyInstance } from 'fastify';
import { isProbe } from './probes.js';

const duration = histogramOf(requestMetrics.server);

/** How long each request takes, by its route: paths are without end, routes are not. Probes are left out. */
export function measureRequests(fastify: FastifyInstance): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    if (!isProbe(request)) {
      const { url } = request.routeOptions;
      duration.record(reply.elapsedTime / 1_000, {
        'http.request.method': request.method,
        'http.response.status_code': reply.statusCode,
        ...(url !== undefined && { 'http.route': url }),
      });
    }
    done();
  });
}
