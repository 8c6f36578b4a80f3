import type { Message, OutgoingMessage } from '@waybill/messaging';

/** For each minute named by these messages (`<minute> <amount>`), how much more it is: `<minute> <sum>`. */
export function sumsPerMinute(messages: readonly Message[], to: string): OutgoingMessage[] {
  const sums = new Map<string, number>();
  for (const { body } of messages) {
    const [minute, amount] = Buffer.from(body).toString().split(' ') as [string, string];
    sums.set(minute, (sums.get(minute) ?? 0) + Number(amount));
  }
  return [...sums].map(([minute, sum]) => ({
    address: to,
    message: { key: minute, attributes: {}, headers: {}, body: Buffer.from(`${minute} ${sum}`) },
  }));
}
