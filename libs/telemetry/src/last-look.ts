/** What a look found last, for whoever shows it without looking. What was found too long ago is unknown by now. */
export class LastLook<T> {
  private last: { readonly found: T; readonly atMs: number } | undefined;

  constructor(
    private readonly believedMs: number,
    private readonly now: () => number = Date.now,
  ) {}

  found(found: T): void {
    this.last = { found, atMs: this.now() };
  }

  get known(): T | undefined {
    const { last } = this;
    return last && this.now() - last.atMs <= this.believedMs ? last.found : undefined;
  }
}
