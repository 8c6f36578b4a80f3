/** Every way in which the steps of several actors can follow each other, each actor's own steps in order. */
export function interleavings<Actor>(stepsOf: ReadonlyMap<Actor, number>): Actor[][] {
  const remaining = [...stepsOf].filter(([, steps]) => steps > 0);
  if (remaining.length === 0) return [[]];
  return remaining.flatMap(([actor, steps]) =>
    interleavings(new Map([...stepsOf, [actor, steps - 1]])).map((rest) => [actor, ...rest]),
  );
}
