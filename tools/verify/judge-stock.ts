import type { Evidence, ShelfRow } from './evidence.ts';
import { violation, type Finding } from './verdict.ts';

/** What was put in is there or was sold, and what is reserved is held by somebody. */
export function judgeStock({ shelf }: Evidence): Finding {
  const drifted = shelf.filter((row) => onHandDrift(row) !== 0);
  const misreserved = shelf.filter((row) => reservedDrift(row) !== 0);
  const stockDrift = shelf.reduce(
    (sum, row) => sum + Math.abs(onHandDrift(row)) + Math.abs(reservedDrift(row)),
    0,
  );
  return {
    figures: { stockDrift },
    violations: [
      ...violation(drifted.map(onHandCase), 'products hold another quantity than was put in and not sold'),
      ...violation(
        misreserved.map(reservedCase),
        'products reserve another quantity than pending orders hold',
      ),
    ],
  };
}

const onHandDrift = ({ stocked, onHand, confirmed }: ShelfRow) => stocked - onHand - confirmed;
const reservedDrift = ({ reserved, held }: ShelfRow) => reserved - held;

const onHandCase = ({ sku, stocked, onHand, confirmed }: ShelfRow) =>
  `${sku} (${stocked} in, ${confirmed} sold, ${onHand} there)`;
const reservedCase = ({ sku, reserved, held }: ShelfRow) => `${sku} (${reserved} reserved, ${held} held)`;
