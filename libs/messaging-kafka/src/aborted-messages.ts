import { createRequire } from 'node:module';

/** A record as kafkajs decodes it. */
interface Decoded {
  readonly offset: string;
  readonly key: Buffer | null;
  /** Shown to no consumer, but passed by its position. */
  isControlRecord: boolean;
  readonly batchContext: { readonly producerId: string; readonly inTransaction: boolean };
}

interface FetchedPartition {
  readonly messages: readonly Decoded[];
  /** Those that reach into what was fetched, in the order of their ends; nothing where uncommitted ones are read, too. */
  readonly abortedTransactions?: readonly { readonly producerId: string; readonly firstOffset: string }[];
}

interface Broker {
  fetch(asked: object): Promise<{ responses: readonly { partitions: readonly FetchedPartition[] }[] }>;
}

const { prototype } = createRequire(import.meta.url)('kafkajs/src/broker') as { prototype: Broker };
const fetchAll = prototype.fetch;

/**
 * kafkajs 2.2.4 expects aborted transactions in the order of their beginnings, and one at a message; brokers list them in the
 * order of their ends. Of two that overlap, it shows the first messages of one to readers that asked for what is committed.
 */
export function hideWhatWasAborted(): void {
  prototype.fetch = async function (this: Broker, asked) {
    const answer = await fetchAll.call(this, asked);
    for (const { partitions } of answer.responses) partitions.forEach(hideAborted);
    return answer;
  };
}

/** From the first message of an aborted transaction to its marker, all that its producer wrote in it. */
export function hideAborted({ messages, abortedTransactions }: FetchedPartition): void {
  if (!abortedTransactions || abortedTransactions.length === 0) return;
  const toCome = abortedTransactions.toSorted((a, b) =>
    Number(BigInt(a.firstOffset) - BigInt(b.firstOffset)),
  );
  const open = new Set<string>();
  for (const message of messages) {
    const { producerId, inTransaction } = message.batchContext;
    while (toCome[0] && BigInt(toCome[0].firstOffset) <= BigInt(message.offset))
      open.add(toCome.shift()!.producerId);
    if (message.isControlRecord) open.delete(producerId);
    else if (inTransaction && open.has(producerId)) message.isControlRecord = true;
  }
}
