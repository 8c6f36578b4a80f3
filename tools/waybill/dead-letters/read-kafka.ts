import { deadLetterAddresses } from '@waybill/messaging';
import type { KafkaConnection } from '@waybill/service-kit/settings';
import type { Batch } from 'kafkajs';
import { readBatches } from '../../verify/read-topics.ts';
import { allSubscriptions, deadLetterOf, type DeadLetter } from './dead-letter.ts';

const prefix = 'ce_';

/** All that ever was set aside on Kafka; topics keep it, receipts tell what became of it. */
export function deadLettersOnKafka(kafka: KafkaConnection): Promise<DeadLetter[]> {
  const topics = allSubscriptions.filter(({ broker }) => broker === 'kafka').flatMap(deadLetterAddresses);
  return readBatches(kafka, topics, deadLettersIn);
}

function deadLettersIn({ topic, partition, messages }: Batch): DeadLetter[] {
  return messages.flatMap(({ key, value, headers = {}, offset }) => {
    const all = Object.entries(headers).map(([name, raw]) => [name, String([raw].flat()[0] ?? '')] as const);
    const attributes = all.filter(([name]) => name.startsWith(prefix)).map(withoutPrefix);
    const trace = all.filter(([name]) => name === 'traceparent');
    const others = all.filter(([name]) => !name.startsWith(prefix) && name !== 'traceparent');
    const dead = deadLetterOf(
      { deadLetters: topic, place: `${topic} ${partition}/${offset}` },
      {
        key: String(key ?? ''),
        attributes: Object.fromEntries([...attributes, ...trace]),
        headers: Object.fromEntries(others),
        body: (value ?? Buffer.alloc(0)).toString('base64'),
      },
    );
    return dead ? [dead] : [];
  });
}

const withoutPrefix = ([name, value]: readonly [string, string]) =>
  [name.slice(prefix.length), value] as const;
