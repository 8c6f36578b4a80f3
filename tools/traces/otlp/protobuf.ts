/** A field of a message: its number, and what stands there as the wire has it. */
export interface Field {
  readonly number: number;
  /** Bytes of what has a length (texts, messages), else a number. */
  readonly value: Uint8Array | bigint;
}

const varint = 0;
const fixed64 = 1;
const withLength = 2;
const fixed32 = 5;

/** The fields of one message, in the order of the wire, whatever they mean; throws where the bytes end too early. */
export function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const readVarint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = view.getUint8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const skip = (length: number): number => {
    if (at + length > bytes.length) throw new RangeError('a protobuf message ends within a field');
    return (at += length) - length;
  };
  while (at < bytes.length) {
    const tag = Number(readVarint());
    const number = tag >>> 3;
    const type = tag & 7;
    if (type === varint) yield { number, value: readVarint() };
    else if (type === fixed64) yield { number, value: view.getBigUint64(skip(8), true) };
    else if (type === fixed32) yield { number, value: BigInt(view.getUint32(skip(4), true)) };
    else if (type === withLength) {
      const length = Number(readVarint());
      const from = skip(length);
      yield { number, value: bytes.subarray(from, from + length) };
    } else throw new RangeError(`protobuf has no wire type ${type} any more`);
  }
}

/** Every value of a repeated field of messages or texts. */
export const repeated = (bytes: Uint8Array, number: number): Uint8Array[] =>
  [...fieldsOf(bytes)].flatMap(({ number: found, value }) =>
    found === number && value instanceof Uint8Array ? [value] : [],
  );
