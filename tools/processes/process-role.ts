/** First match decides; the launcher runs everything else, such as shells and npm. */
const roles: [RegExp, (match: RegExpExecArray) => string][] = [
  [/\bkafka\.Kafka\b/, () => 'kafka'],
  [/\b(beam\.smp|erl_child_setup|inet_gethost|epmd|rabbitmq-server)\b/, () => 'rabbitmq'],
  [/^(postgres:|\S*\/postgres\b)/, () => 'postgres'],
  [/\bredis-server\b/, () => 'redis'],
  [/\bapps\/([\w-]+)\/dist\/main\.js\b/, ([, app = '']) => app],
];

/** What a process is in this system; several processes, such as three brokers, may share a role. */
export function roleOf(commandLine: string): string {
  for (const [pattern, name] of roles) {
    const match = pattern.exec(commandLine);
    if (match) return name(match);
  }
  return 'launcher';
}
