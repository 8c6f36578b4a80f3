import { UndecodableError, UnencodableError } from '@waybill/messaging';

/** What a body may be at most, so that reading it neither stops the process for long nor fills its memory. */
export interface BodyLimits {
  readonly bytes: number;
  /** Lists, objects, and all that is in them, at any depth. */
  readonly values: number;
  /** Of one that is written, where it may be larger until its fields are exchanged for claims. Else `bytes`. */
  readonly writtenBytes?: number;
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
  const excess = excessOf(value, limits.values);
  if (excess) throw new UndecodableError(`${name}: body has ${excess}`);
  return value;
}

/** The JSON of what `check` makes of a value, within the same limits: nothing is written that no reader takes. */
export function writeJson(
  name: string,
  value: unknown,
  check: (value: unknown) => unknown,
  limits: BodyLimits,
): Uint8Array {
  const excess = excessOf(value, limits.values);
  if (excess) throw new UnencodableError(`${name}: payload has ${excess}`);
  const body = Buffer.from(JSON.stringify(check(value)));
  const { writtenBytes = limits.bytes } = limits;
  if (body.byteLength > writtenBytes)
    throw new UnencodableError(
      `${name}: body of ${body.byteLength} bytes is above the limit of ${writtenBytes}`,
    );
  return body;
}

function parsed(name: string, body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new UndecodableError(`${name}: body is not JSON in UTF-8`);
  }
}

/** With a list of its own instead of recursion, which a body nested deeply enough would overflow. */
function excessOf(value: unknown, most: number): string | undefined {
  const found = [value];
  for (let next = 0; next < found.length; next++) {
    const each = found[next];
    if (typeof each === 'object' && each !== null)
      for (const inner of Object.values(each)) {
        if (found.length === most) return `more values than the limit of ${most}`;
        found.push(inner);
      }
    else if (typeof each === 'string' && !isKept(each)) return 'a text with NUL or half a surrogate pair';
  }
  return undefined;
}

const isKept = (text: string): boolean => text.isWellFormed() && !text.includes('\0');
