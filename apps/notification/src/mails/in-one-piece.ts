import { Transform, type TransformCallback } from 'node:stream';
import type { Transporter } from 'nodemailer';

/** nodemailer makes a mail in a dozen pieces, and each would be a write to the socket and a packet of its own. */
export function sendingInOnePiece<T extends Transporter>(transport: T): T {
  transport.use('stream', ({ message }, done) => {
    message.transform(() => new OnePiece());
    done();
  });
  return transport;
}

class OnePiece extends Transform {
  private readonly pieces: Buffer[] = [];

  override _transform(piece: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.pieces.push(piece);
    done();
  }

  override _flush(done: TransformCallback): void {
    done(null, Buffer.concat(this.pieces));
  }
}
