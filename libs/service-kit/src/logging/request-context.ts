import { AsyncLocalStorage } from 'node:async_hooks';

/** What log lines take from the request being served. */
export const requestContext = new AsyncLocalStorage<{ readonly requestId: string }>();
