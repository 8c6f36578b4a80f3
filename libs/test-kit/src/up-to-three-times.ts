/**
 * Measures until what is found is good, three times at most, and gives the last. For limits of processor time: what some work
 * costs it costs each time, while what a virtual machine's host takes from a thread counts as that thread's work too, but is
 * not taken each time.
 */
export async function upToThreeTimes<Found>(
  measure: () => Found | Promise<Found>,
  isGood: (found: Found) => boolean,
): Promise<Found> {
  for (let left = 2; left > 0; left--) {
    const found = await measure();
    if (isGood(found)) return found;
  }
  return measure();
}
