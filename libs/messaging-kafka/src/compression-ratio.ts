const step = 0.05;
const least = 0.25;

/**
 * Estimate of compressed by plain size, for batches that are limited by what travels, as in Kafka's own client. It
 * starts without hope and follows in small steps, so that a batch of a few records, which hardly shrinks, does not
 * make the next large one small. However well bodies shrink, a batch is at most four times its limit before.
 */
export class CompressionRatio {
  private estimate = 1;

  get value(): number {
    return this.estimate;
  }

  observe(ratio: number): void {
    const followed = Math.min(Math.max(ratio, this.estimate - step), this.estimate + step);
    this.estimate = Math.min(1, Math.max(followed, least));
  }
}
