import type { Socket } from 'node:net';

/**
 * Resets the connection, as if its machine had gone. A socket that is about to say goodbye is closed instead: there is
 * nothing left to reset, and Node 24 would answer EINVAL, keep its handle for good, and turn in circles at the process's end.
 */
export function resetConnection(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
