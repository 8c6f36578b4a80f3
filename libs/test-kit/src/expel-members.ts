import { connect } from 'node:net';

const leaveGroup = { key: 13, version: 3 };
/** Of the broker that coordinates the group, and of any other. */
const errors = { none: 0, notCoordinator: 16 } as const;

/**
 * Has members leave their Kafka group, as the group's coordinator has them when their sessions time out: for those whose
 * process was killed, in tests that are not about that wait. `brokers` are all of the cluster, since one of them coordinates
 * the group.
 */
export async function expelMembers(
  brokers: readonly string[],
  group: string,
  memberIds: readonly string[],
): Promise<void> {
  const answered = await Promise.all(
    brokers.map((broker) => ask(broker, requestOf(group, memberIds)).catch(() => errors.notCoordinator)),
  );
  if (!answered.some((error) => error === errors.none))
    throw new Error(`no broker let the members of ${group} go: ${answered.join()}`);
}

function requestOf(group: string, memberIds: readonly string[]): Buffer {
  const noInstanceId = int16(-1);
  const members = memberIds.flatMap((id) => [text(id), noInstanceId]);
  const header = [int16(leaveGroup.key), int16(leaveGroup.version), int32(1), text('test')];
  const request = Buffer.concat([...header, text(group), int32(memberIds.length), ...members]);
  return Buffer.concat([int32(request.length), request]);
}

/** The error in the answer: behind its length, the request's number and the throttle time. */
async function ask(broker: string, request: Buffer): Promise<number> {
  const [host, port] = broker.split(':') as [string, string];
  const socket = connect({ host, port: Number(port) });
  try {
    socket.write(request);
    let answer = Buffer.alloc(0);
    for await (const chunk of socket) {
      answer = Buffer.concat([answer, chunk as Buffer]);
      if (answer.length >= 14) return answer.readInt16BE(12);
    }
    throw new Error(`${broker} does not answer`);
  } finally {
    socket.destroy();
  }
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([int16(bytes.length), bytes]);
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
