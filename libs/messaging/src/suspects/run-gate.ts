/**
 * Lets any number of runs go on side by side, or one alone. A run that wants to be alone waits for those that go on,
 * and newcomers wait for it. One gate per process, since a process dies with all that runs in it.
 */
export class RunGate {
  private running = 0;
  private alone = false;
  private readonly aloneWaiting: (() => void)[] = [];
  private sharedWaiting: (() => void)[] = [];

  async beside<T>(run: () => Promise<T>): Promise<T> {
    while (this.alone || this.aloneWaiting.length > 0)
      await new Promise<void>((resolve) => this.sharedWaiting.push(resolve));
    this.running++;
    return run().finally(() => {
      this.running--;
      this.next();
    });
  }

  async byItself<T>(run: () => Promise<T>): Promise<T> {
    while (this.alone || this.running > 0)
      await new Promise<void>((resolve) => this.aloneWaiting.push(resolve));
    this.alone = true;
    return run().finally(() => {
      this.alone = false;
      this.next();
    });
  }

  private next(): void {
    if (this.alone) return;
    if (this.aloneWaiting.length > 0) {
      if (this.running === 0) this.aloneWaiting.shift()!();
      return;
    }
    for (const resume of this.sharedWaiting.splice(0)) resume();
  }
}

export const runGate = new RunGate();
