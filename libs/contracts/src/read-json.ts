import { UndecodableError } from '@waybill/messaging';

/** What a body may be at most, so that reading it neither stops the process for long nor fills its memory. */
export interface BodyLimits {
  readonly bytes: number;
  /** Lists, objects, and all that is in them, at any depth. */
  readonly values: number;
}

/**
 * As many bytes as the smallest of the brokers takes, and far above every real message. To parse them takes 10 ms; what
 * costs more is to name the faults of many values: before they were counted, a MiB of `{}` where the lines of an order
 * belong took 1.8 s and 490 MB.
 */
export const defaultBodyLimits: BodyLimits = { bytes: 262_144, values: 10_000 };

/**
 * The value of a JSON text in UTF-8, within its limits. Of a key that is there twice the last one counts, and `__proto__` is
 * a key like any other. A text with NUL or half a surrogate pair is refused: no database keeps it.
 *
 * Errors come without their cause: what V8 says about JSON quotes the text, and failures are logged.
 */
export function readJson(name: string, body: Uint8Array, limits: BodyLimits): unknown {
  if (body.byteLength > limits.bytes)
    throw new UndecodableError(
      `${name}: body of ${body.byteLength} bytes is above the limit of ${limits.bytes}`,
    );
  const value = parsed(name, body);
  refuseExcess(name, value, limits.values);
  return value;
}

function parsed(name: string, body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new UndecodableError(`${name}: body is not JSON in UTF-8`);
  }
}

/** With a list of its own instead of recursion, which a body nested deeply enough would overflow. */
function refuseExcess(name: string, value: unknown, most: number): void {
  const found = [value];
  for (let next = 0; next < found.length; next++) {
    const each = found[next];
    if (typeof each === 'object' && each !== null)
      for (const inner of Object.values(each)) {
        if (found.length === most)
          throw new UndecodableError(`${name}: body has more values than the limit of ${most}`);
        found.push(inner);
      }
    else if (typeof each === 'string' && !isKept(each))
      throw new UndecodableError(`${name}: body has a text with NUL or half a surrogate pair`);
  }
}

const isKept = (text: string): boolean => text.isWellFormed() && !text.includes('\0');
