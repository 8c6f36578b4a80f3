import { createHash } from 'node:crypto';
import { pngOf, type Colour } from './png.js';

const size = 96;
const middle = (size - 1) / 2;

/** Sleeve, and the record that looks out of it. */
const colours: readonly (readonly [Colour, Colour])[] = [
  [
    [38, 70, 83],
    [233, 196, 106],
  ],
  [
    [231, 111, 81],
    [244, 241, 222],
  ],
  [
    [42, 157, 143],
    [38, 70, 83],
  ],
  [
    [106, 76, 147],
    [255, 202, 58],
  ],
  [
    [61, 64, 91],
    [224, 122, 95],
  ],
];

/** A few covers for CDs, drawn the same each time. */
export const covers = (): Buffer[] => colours.map(([sleeve, record]) => pngOf(size, cover(sleeve, record)));

/** Which of so many a product has; the same in every run. */
export function coverOf(sku: string, covers: number): number {
  return createHash('sha256').update(`cover ${sku}`).digest().readUInt32BE() % covers;
}

/** Rings as of grooves, paler towards the rim, and a hole. */
function cover(sleeve: Colour, record: Colour): (x: number, y: number) => Colour {
  return (x, y) => {
    const radius = Math.hypot(x - middle, y - middle);
    if (radius < 4 || radius > 42) return sleeve;
    if (radius < 13) return mixed(record, sleeve, 0);
    return mixed(record, sleeve, 0.25 + 0.35 * (Math.round(radius / 3) % 2) + radius / 200);
  };
}

const mixed = (one: Colour, other: Colour, share: number): Colour => {
  const channel = (index: 0 | 1 | 2) => Math.round(one[index] * (1 - share) + other[index] * share);
  return [channel(0), channel(1), channel(2)];
};
