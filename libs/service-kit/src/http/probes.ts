import type { FastifyRequest } from 'fastify';

/** What a platform asks every few seconds: answered while draining too, and not traced. */
export function isProbe({ url }: Pick<FastifyRequest, 'url'>): boolean {
  return url.startsWith('/health/') || url === '/metrics';
}
