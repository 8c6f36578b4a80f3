import { messageOf } from './asyncapi-message.ts';
import { questions, type Question } from './questions.ts';

/** RabbitMQ's direct reply-to: the answer goes straight to the channel that asked, so it has no address of its own. */
const replyId = ({ rpc }: Question): string => `${rpc.queue}.reply`;

export function questionChannels(): Record<string, object> {
  return Object.fromEntries(
    questions.flatMap((question) => {
      const { queue, request, reply, limitMs } = question.rpc;
      const asked = `On rabbitmq, at most once; what is not answered within ${limitMs} ms is dropped.`;
      const answered = 'On rabbitmq, to the channel that asked (direct reply-to).';
      return [
        [queue, { address: queue, description: asked, messages: only(request.type) }],
        [replyId(question), { address: null, description: answered, messages: only(reply.type) }],
      ];
    }),
  );
}

export function questionOperations(): Record<string, object> {
  return Object.fromEntries(
    questions.flatMap((question) => {
      const { asks, answers, rpc } = question;
      const both = {
        ...inChannel(rpc.queue, rpc.request.type),
        reply: {
          address: { location: '$message.header#/replyTo' },
          ...inChannel(replyId(question), rpc.reply.type),
        },
      };
      return [
        [`${asks}-asks-${rpc.queue}`, { action: 'send', ...both }],
        [`${answers}-answers-${rpc.queue}`, { action: 'receive', ...both }],
      ];
    }),
  );
}

export function questionMessages(): Record<string, object> {
  return Object.fromEntries(
    questions.flatMap(({ rpc: { request, reply } }) => {
      const asked = {
        type: 'object',
        properties: { ...aboutRequest, dataschema: { const: request.dataschema } },
      };
      const answered = { type: 'object', properties: correlated };
      return [
        [request.type, correlatedMessage(messageOf(request, asked))],
        [reply.type, correlatedMessage(messageOf(reply, answered))],
      ];
    }),
  );
}

/** AMQP properties stand among the headers, as AsyncAPI has no other place to point at. */
const correlated = { correlationId: { type: 'string' } };
const aboutRequest = {
  ...correlated,
  replyTo: { type: 'string' },
  'waybill-answer-by': { type: 'string', format: 'date-time' },
  traceparent: { type: 'string' },
};

const correlatedMessage = (message: object): object => ({
  ...message,
  correlationId: { location: '$message.header#/correlationId' },
});

const only = (type: string): object => ({ [type]: { $ref: `#/components/messages/${type}` } });

const inChannel = (id: string, type: string): object => ({
  channel: { $ref: `#/channels/${id}` },
  messages: [{ $ref: `#/channels/${id}/messages/${type}` }],
});
