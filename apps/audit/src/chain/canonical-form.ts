/** JSON with its names sorted by UTF-16 code unit and no spaces: equal maps have equal text. */
export function canonicalText(values: Readonly<Record<string, string>>): string {
  const pairs = Object.keys(values)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${JSON.stringify(values[name])}`);
  return `{${pairs.join(',')}}`;
}

/** Absent, which is not the same as empty. No field is ever this long. */
const absent = 0xffff_ffff;

/**
 * Fields one after the other, each as its length (4 bytes, big endian) and its bytes: no two different lists share
 * their bytes, as `ab` + `c` and `a` + `bc` would if merely joined.
 */
export function lengthPrefixed(fields: readonly (Uint8Array | string | null)[]): Buffer {
  return Buffer.concat(fields.flatMap(prefixed));
}

function prefixed(field: Uint8Array | string | null): Uint8Array[] {
  if (field === null) return [lengthBytes(absent)];
  const bytes = typeof field === 'string' ? Buffer.from(field) : field;
  return [lengthBytes(bytes.length), bytes];
}

function lengthBytes(length: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(length);
  return bytes;
}
