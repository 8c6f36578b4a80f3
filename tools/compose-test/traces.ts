import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { drawings, type Kind } from '../traces/drawings.ts';
import { spansInJaeger } from '../traces/jaeger.ts';
import { judgeTrace } from '../traces/judge-trace.ts';
import { placeOrdersOfEachKind } from '../traces/orders/place-kinds.ts';
import { ShopApi, type Addresses } from '../traces/orders/shop-api.ts';

/** A batch of spans is exported 5 s after its first, and Jaeger shows it when it has been written. */
const storedWithinMs = 30_000;
const lookEveryMs = 500;

/**
 * One order of each kind, its trace walked in Jaeger's API, edge by edge; what is not as drawn. Looked at again when all of
 * a later order is there: what services exported before that is there too, and would be one too many.
 */
export async function traceProblems(addresses: Addresses, say: (line: string) => void): Promise<string[]> {
  const orders = await placeOrdersOfEachKind(addresses);
  const walked = Object.entries(orders) as [Kind, string][];
  const judge = async ([kind, orderId]: [Kind, string]): Promise<string[]> => {
    const spans = await spansInJaeger(addresses['JAEGER_URL']!, orderId);
    const problems = judgeTrace(kind, spans);
    return problems.map((problem) => `the trace of the ${kind} order ${orderId}: ${problem}`);
  };
  for (const each of walked) await whileProblems(() => judge(each));
  const later = await placeLater(addresses);
  const ofLater = await whileProblems(() => judge(['ordinary', later]));
  const problems = [...(await Promise.all(walked.map(judge))).flat(), ...ofLater];
  if (problems.length === 0) say(`walked in Jaeger, as drawn: ${Object.keys(drawings).join(', ')}`);
  return problems;
}

async function placeLater(addresses: Addresses): Promise<string> {
  const shop = new ShopApi(addresses);
  return shop.place(await shop.stock(), randomUUID());
}

/** What is still on its way is no problem. */
async function whileProblems(judge: () => Promise<string[]>): Promise<string[]> {
  const end = Date.now() + storedWithinMs;
  let problems = await judge();
  for (; problems.length > 0 && Date.now() < end; problems = await judge()) await pause(lookEveryMs);
  return problems;
}
