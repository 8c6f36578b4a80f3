/** What a person sees while it starts: one line per step, with seconds since the command was given. */
export class Progress {
  private readonly startedAt: number;

  constructor(startedAt: number) {
    this.startedAt = startedAt;
  }

  say(line: string): void {
    process.stderr.write(`${this.seconds()}  ${line}\n`);
  }

  async step<T>(name: string, work: () => Promise<T>): Promise<T> {
    const began = Date.now();
    const result = await work();
    this.say(`✓ ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
    return result;
  }

  private seconds(): string {
    return `${((Date.now() - this.startedAt) / 1000).toFixed(1).padStart(6)} s`;
  }
}
