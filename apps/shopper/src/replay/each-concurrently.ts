/** Runs `work` on every item, at most `limit` at a time, and takes the next item only when there is room. */
export async function eachConcurrently<T>(
  items: Iterable<T> | AsyncIterable<T>,
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = oneAtATime(items);
  const worker = async () => {
    for (let next = await queue.next(); !next.done; next = await queue.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: limit }, worker));
}

/** An async generator queues concurrent calls of `next`; plain iterators and most others do not. */
async function* oneAtATime<T>(items: Iterable<T> | AsyncIterable<T>): AsyncGenerator<T> {
  yield* items;
}
