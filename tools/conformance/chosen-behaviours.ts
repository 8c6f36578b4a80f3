import { behaviours, type Behaviour } from '@waybill/messaging-conformance';
import { ConformanceError } from './conformance.errors.ts';
import type { Options } from './options.ts';

export function chosenBehaviours({ behaviour }: Options): readonly Behaviour[] {
  const chosen = behaviours.filter(({ name }) => name.includes(behaviour));
  if (chosen.length === 0) throw new ConformanceError(`no behaviour's name contains "${behaviour}"`);
  return chosen;
}
