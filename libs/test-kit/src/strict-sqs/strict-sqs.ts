import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FifoQueue, type Sent } from './fifo-queue.js';
import { checkSent } from './sending-rules.js';
import { SqsFault } from './sqs-fault.js';

type Input = Record<string, unknown>;
type Entry = Input & { readonly Id: string };

const region = 'ap-northeast-1';
const mostPerCall = 10;

/**
 * SQS FIFO over AWS's JSON protocol, made from its documented request and response shapes, for what local emulators leave
 * out: several messages of one group in one answer, receipts that go stale, ten attributes and no more.
 * Everything is in memory.
 */
export class StrictSqs {
  private readonly queues = new Map<string, FifoQueue>();
  /** Told of each request before it is answered; what it throws is the answer. */
  onRequest: (action: string, input: Input) => void | Promise<void> = () => undefined;
  /** Whether a request is carried out and its answer never arrives. */
  losesAnswer: (action: string) => boolean = () => false;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<StrictSqs> {
    const server = createServer();
    const sqs = new StrictSqs(server);
    server.on('request', (request, response) => void sqs.answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return sqs;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const action = String(request.headers['x-amz-target']).replace('AmazonSQS.', '');
    try {
      const input = JSON.parse(await textOf(request)) as Input;
      await this.onRequest(action, input);
      const answer = await this.run(action, input, request);
      if (this.losesAnswer(action)) return void response.destroy();
      reply(response, 200, answer);
    } catch (error) {
      if (!(error instanceof SqsFault)) return void response.destroy();
      reply(response, 400, { __type: `com.amazonaws.sqs#${error.code}`, message: error.message });
    }
  }

  private run(action: string, input: Input, request: IncomingMessage): unknown {
    switch (action) {
      case 'CreateQueue':
        return this.create(input);
      case 'GetQueueUrl':
        return { QueueUrl: this.urlOf(this.named(String(input['QueueName']))) };
      case 'GetQueueAttributes':
        return { Attributes: this.attributesOf(this.queueOf(input)) };
      case 'SetQueueAttributes':
        Object.assign(this.queueOf(input).attributes, input['Attributes']);
        return {};
      case 'SendMessageBatch':
        return this.eachOf(input, sendTo);
      case 'ReceiveMessage':
        return this.receive(this.queueOf(input), input, request);
      case 'DeleteMessageBatch':
        return this.eachOf(input, (queue, { ReceiptHandle }) => queue.delete(String(ReceiptHandle)));
      case 'ChangeMessageVisibilityBatch':
        return this.eachOf(input, (queue, { ReceiptHandle, VisibilityTimeout }) =>
          queue.changeVisibility(String(ReceiptHandle), Number(VisibilityTimeout)),
        );
      default:
        throw new SqsFault('UnsupportedOperation', action);
    }
  }

  private create(input: Input): Input {
    const name = String(input['QueueName']);
    const attributes = (input['Attributes'] ?? {}) as Record<string, string>;
    if (attributes['FifoQueue'] !== 'true' || !name.endsWith('.fifo'))
      throw new SqsFault('InvalidParameterValue', 'Only FIFO queues are known here.');
    const queue =
      this.queues.get(name) ??
      new FifoQueue(name, attributes, (policy) => {
        const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(policy) as Record<string, string>;
        const target = String(deadLetterTargetArn).split(':').at(-1)!;
        return { to: () => this.queues.get(target), maxReceiveCount: Number(maxReceiveCount) };
      });
    this.queues.set(name, queue);
    return { QueueUrl: this.urlOf(queue) };
  }

  /** Long polling: looks again until something is visible, the time is up or the caller has gone. */
  private async receive(queue: FifoQueue, input: Input, request: IncomingMessage): Promise<Input> {
    const until = Date.now() + Number(input['WaitTimeSeconds'] ?? 0) * 1_000;
    const most = Math.min(mostPerCall, Number(input['MaxNumberOfMessages'] ?? 1));
    for (;;) {
      if (request.socket.destroyed) throw new Error('the caller has gone');
      const attempt = input['ReceiveRequestAttemptId'] as string | undefined;
      const Messages = queue.take(most, Number(input['VisibilityTimeout'] ?? 30), attempt);
      if (Messages.length > 0) return { Messages };
      if (Date.now() >= until) return {};
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  private eachOf(input: Input, run: (queue: FifoQueue, entry: Entry) => Input | void): Input {
    const queue = this.queueOf(input);
    return eachEntry((input['Entries'] ?? []) as Entry[], (entry) => run(queue, entry));
  }

  private attributesOf(queue: FifoQueue): Record<string, string> {
    const { visible, inFlight } = queue.depth;
    return {
      ...queue.attributes,
      QueueArn: `arn:aws:sqs:${region}:000000000000:${queue.name}`,
      ApproximateNumberOfMessages: String(visible),
      ApproximateNumberOfMessagesNotVisible: String(inFlight),
    };
  }

  private urlOf({ name }: FifoQueue): string {
    return `${this.endpoint}/000000000000/${name}`;
  }

  private queueOf(input: Input): FifoQueue {
    return this.named(String(input['QueueUrl']).split('/').at(-1)!);
  }

  private named(name: string): FifoQueue {
    const queue = this.queues.get(name);
    if (!queue) throw new SqsFault('QueueDoesNotExist', 'The specified queue does not exist.');
    return queue;
  }
}

function sendTo(queue: FifoQueue, entry: Entry): Input {
  const sent = entry as unknown as Sent;
  checkSent(sent);
  const { id, sequence } = queue.add(sent);
  const MD5OfMessageBody = createHash('md5').update(sent.MessageBody).digest('hex');
  return { MessageId: id, SequenceNumber: sequence, MD5OfMessageBody };
}

/** Each entry of a batch has an answer of its own. */
function eachEntry(entries: readonly Entry[], run: (entry: Entry) => Input | void): Input {
  if (entries.length === 0) throw new SqsFault('EmptyBatchRequest', 'There should be at least one entry.');
  if (entries.length > mostPerCall)
    throw new SqsFault(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${mostPerCall}.`,
    );
  const Successful: Input[] = [];
  const Failed: Input[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...run(entry) });
    } catch (error) {
      if (!(error instanceof SqsFault)) throw error;
      Failed.push({ Id: entry.Id, Code: error.code, Message: error.message, SenderFault: true });
    }
  }
  return { Successful, ...(Failed.length > 0 && { Failed }) };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(JSON.stringify(body));
}
