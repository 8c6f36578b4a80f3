import type { Message } from '@waybill/messaging';

export interface HostileBody {
  readonly name: string;
  readonly body: Uint8Array;
  readonly headers?: Message['headers'];
  /** What becomes of it where the broker takes it. `handled`: it looks bad, and is what its contract says. */
  readonly fate: 'dead' | 'handled';
}

/** Bytes that somebody may send where messages of a contract belong, made of one that is right and has a list. */
export function hostileBodies(
  right: Readonly<Record<string, unknown>>,
  { list, number, text }: { readonly list: string; readonly number: string; readonly text: string },
): readonly HostileBody[] {
  const whole = JSON.stringify(right);
  /** The right message, with this JSON for one field. */
  const withField = (field: string, json: string) => {
    const { [field]: _, ...others } = right;
    return `${JSON.stringify(others).slice(0, -1)},"${field}":${json}}`;
  };
  const dead = (name: string, body: string | Uint8Array, headers = {}): HostileBody => ({
    ...{ name, body: Buffer.from(body as string), headers, fate: 'dead' },
  });
  const handled = (name: string, body: string): HostileBody => ({ ...dead(name, body), fate: 'handled' });
  return [
    dead('no bytes', ''),
    dead('blanks', ' \n'),
    dead('null', 'null'),
    dead('half of the JSON', whole.slice(0, whole.length / 2)),
    dead('bytes that are no UTF-8', Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28])),
    dead(
      'half a surrogate pair in UTF-8',
      Buffer.from(withField(text, '"\0\0\0"'), 'latin1').map(surrogates()),
    ),
    dead('half a surrogate pair, escaped', withField(text, String.raw`"\ud800"`)),
    dead('NUL, escaped', withField(text, String.raw`"\u0000"`)),
    dead('half a surrogate pair in a field that is not listed', withField('other', String.raw`"\udfff"`)),
    dead('nested 100,000 deep', nested(100_000)),
    dead('nested 100,000 deep in its list', withField(list, nested(100_000))),
    dead('nested 100,000 deep in a field that is not listed', withField('other', nested(100_000))),
    dead('a number beyond all numbers', withField(number, '1e400')),
    dead('a number of 100,000 digits', withField(number, '9'.repeat(100_000))),
    dead('all its fields in __proto__', `{"__proto__":${whole}}`),
    dead('its list twice, the last one wrong', `${whole.slice(0, -1)},"${list}":1}`),
    dead('60,000 empty objects in its list', withField(list, `[${'{},'.repeat(59_999)}{}]`)),
    dead('300,000 empty objects in its list', withField(list, `[${'{},'.repeat(299_999)}{}]`)),
    dead('20,000 keys', `{${Array.from({ length: 20_000 }, (_, index) => `"k${index}":1`).join()}}`),
    dead('a text of 200,000 characters', withField(text, JSON.stringify('a.'.repeat(100_000)))),
    dead('a text that almost is an address', withField(text, JSON.stringify(`a@${'a.'.repeat(50_000)}`))),
    dead('line ends in its headers', '{', { line: 'one\r\ntwo: three\r\n\r\n', 'a\r\nb': 'c' }),
    dead('a header of 50,000 characters', '{', { long: 'x'.repeat(50_000) }),
    dead('a header of 300,000 characters', '{', { long: 'x'.repeat(300_000) }),
    dead('more than a MiB', withField('other', `"${'x'.repeat(1_048_576)}"`)),
    dead('10 MB of brackets', nested(5_000_000)),
    dead('50 MB of objects', Buffer.alloc(50_000_000, '{},')),
    handled('__proto__ and constructor beside its fields', withField('__proto__', '{"polluted":true}')),
    handled('a prototype in its constructor', withField('constructor', '{"prototype":{"polluted":true}}')),
    handled('its list twice, the first one wrong', `{"${list}":1,${whole.slice(1)}`),
    handled('a byte order mark before it', `\ufeff${whole}`),
  ];
}

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

/** Puts the three bytes that would be U+D800 for three NULs. */
function surrogates(): (byte: number) => number {
  const bytes = [0xed, 0xa0, 0x80];
  return (byte) => (byte === 0 ? bytes.shift()! : byte);
}
