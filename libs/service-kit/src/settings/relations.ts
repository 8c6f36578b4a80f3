import { isLoopback } from './loopback.js';

type Given = Readonly<Record<string, string>>;
type Relation = (given: Given) => readonly string[];

/**
 * What settings need of each other, for those that the schema has at all. Kept here and asked by `readSettings` itself, so
 * that no service can forget it; and asked of the raw texts, so that it is told together with values that are wrong.
 */
export function relationProblems(given: Given, known: readonly string[]): string[] {
  return relations
    .filter(([variable]) => known.includes(variable))
    .flatMap(([, problemsOf]) => problemsOf(given));
}

const relations: readonly [variable: string, problemsOf: Relation][] = [
  ['KAFKA_SASL_MECHANISM', allOrNone('KAFKA_SASL_MECHANISM', 'KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD')],
  ['KAFKA_SSL_CERT_FILE', allOrNone('KAFKA_SSL_CERT_FILE', 'KAFKA_SSL_KEY_FILE')],
  ['KAFKA_SSL', filesNeedSsl],
  ['RABBITMQ_CERT_FILE', allOrNone('RABBITMQ_CERT_FILE', 'RABBITMQ_KEY_FILE')],
  ['RABBITMQ_CERT_FILE', fileNeeds('RABBITMQ_CERT_FILE', 'RABBITMQ_URL', 'amqps://')],
  ['RABBITMQ_CA_FILE', fileNeeds('RABBITMQ_CA_FILE', 'RABBITMQ_URL', 'amqps://')],
  ['REDIS_CA_FILE', fileNeeds('REDIS_CA_FILE', 'REDIS_URL', 'rediss://')],
  ['HOST', openOnLoopbackOnly],
  ['JWT_JWKS_URL', tokensComplete],
  ['JWT_JWKS_URL', keysOverTls],
];

/** Half a set of credentials would be no credentials, silently. */
function allOrNone(...variables: readonly string[]): Relation {
  return (given) => {
    const set = variables.filter((variable) => given[variable]);
    if (set.length === 0) return [];
    return variables
      .filter((variable) => !given[variable])
      .map((variable) => `${variable} is missing: expected with ${set.join(' and ')}`);
  };
}

/** Whoever names an authority means TLS. */
function filesNeedSsl(given: Given): string[] {
  const files = ['KAFKA_SSL_CA_FILE', 'KAFKA_SSL_CERT_FILE', 'KAFKA_SSL_KEY_FILE'];
  const named = files.find((variable) => given[variable]);
  return named && given['KAFKA_SSL'] !== 'true' ? [`KAFKA_SSL: expected true with ${named}`] : [];
}

function fileNeeds(file: string, url: string, protocol: string): Relation {
  return (given) =>
    given[file] && given[url] && !given[url].startsWith(protocol)
      ? [`${url}: expected ${protocol} with ${file}`]
      : [];
}

const keys = ['API_KEYS', 'API_KEYS_FILE', 'JWT_JWKS_URL', 'JWT_PUBLIC_KEY_FILE'];

function openOnLoopbackOnly(given: Given): string[] {
  const named = keys.filter((variable) => given[variable]);
  if (named.length > 0)
    return given['AUTHENTICATION']
      ? [`AUTHENTICATION: expected to be absent with ${named.join(' and ')}`]
      : [];
  if (given['AUTHENTICATION'] || isLoopback(given['HOST'] ?? '127.0.0.1')) return [];
  return [
    `HOST: beyond this machine every request must be authenticated; expected with it ${keys.join(', ')}, ` +
      'or AUTHENTICATION=none if anybody who reaches it may do everything',
  ];
}

/** A token of the same issuer for another audience, or of anybody, must not pass. */
function tokensComplete(given: Given): string[] {
  const sources = ['JWT_JWKS_URL', 'JWT_PUBLIC_KEY_FILE'];
  const named = sources.filter((variable) => given[variable]);
  if (named.length > 1) return [`${named.join(' and ')}: expected only one of them`];
  const qualities = ['JWT_ISSUER', 'JWT_AUDIENCE'];
  if (named.length === 1)
    return qualities
      .filter((variable) => !given[variable])
      .map((variable) => `${variable} is missing: expected with ${named[0]}`);
  return qualities
    .filter((variable) => given[variable])
    .map((variable) => `${variable}: expected only with ${sources.join(' or ')}`);
}

/** Whoever can change the keys on their way can issue tokens. */
function keysOverTls({ JWT_JWKS_URL: url }: Given): string[] {
  if (!url || !URL.canParse(url)) return [];
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !isLoopback(hostname)
    ? ['JWT_JWKS_URL: expected https:// beyond this machine']
    : [];
}
