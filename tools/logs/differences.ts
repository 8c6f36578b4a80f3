import { everyLine, messagingLines, type MessagingLine } from '@waybill/telemetry';

type Line = Readonly<Record<string, unknown>>;

/** How a line of messaging's begins, before the kind of its event. */
const mark = 'message ';

/**
 * Where lines about messaging differ from their registry, each difference once; other lines are passed over. That there is
 * none about messaging is a difference too: then nothing was compared.
 */
export async function differences(
  lines: Iterable<object> | AsyncIterable<object>,
  registry: Readonly<Record<string, MessagingLine>> = messagingLines,
): Promise<string[]> {
  const found = new Set<string>();
  let compared = 0;
  for await (const line of lines as AsyncIterable<Line>) {
    const { msg } = line;
    if (typeof msg !== 'string' || !msg.startsWith(mark)) continue;
    compared++;
    for (const what of differencesOf(line, registry[msg.slice(mark.length)])) found.add(`${msg} ${what}`);
  }
  return compared > 0 ? [...found] : ['no line is about a message'];
}

function differencesOf(line: Line, registered: MessagingLine | undefined): string[] {
  if (!registered) return ['is not registered'];
  const level = registered.level === 'log' ? 'info' : registered.level;
  const allowed: readonly string[] = [...everyLine.fields, ...everyLine.sometimes, ...registered.fields];
  return [
    ...(line['level'] === level ? [] : [`is ${String(line['level'])}, not ${level}`]),
    ...everyLine.fields.filter((name) => !(name in line)).map((name) => `lacks ${name}`),
    ...Object.keys(line)
      .filter((name) => !allowed.includes(name))
      .map((name) => `has ${name}, which is not registered`),
  ];
}
