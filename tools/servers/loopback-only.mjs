/** Preloaded into servers that listen on every interface and have no setting for it: they listen on loopback. */
import { Server } from 'node:net';

const listen = Server.prototype.listen;
Server.prototype.listen = function (options, ...rest) {
  const where = typeof options === 'object' && options !== null ? { ...options, host: '127.0.0.1' } : options;
  return listen.call(this, where, ...rest);
};
