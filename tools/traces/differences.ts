import { onAnySpan, spans as registered, type SpanPattern } from '@waybill/telemetry';
import { labelOf, type WholeSpan } from './span.ts';

/** What stands for the `{…}` of a name; for any other, a word. */
const placeholders: Readonly<Record<string, string>> = {
  method: '[A-Z]+',
  route: '/\\S*',
  template: '/\\S*',
};

/** Where spans that were made and the registry differ, either way, each difference once; nothing when they agree. */
export function differences(
  made: readonly WholeSpan[],
  registry: readonly SpanPattern[] = registered,
): string[] {
  const matchers = registry.map(matcherOf);
  const found = made.map((span) => ({ span, pattern: patternOf(span, matchers) }));
  const seen = new Set(found.map(({ pattern }) => pattern));
  const missing = registry.filter((pattern) => !seen.has(pattern) && !pattern.onlyWhen);
  const differing = found.flatMap(({ span, pattern }) =>
    (pattern ? differencesOf(span, pattern) : ['is not registered']).map(
      (what) => `${labelOf(span)} ${what}`,
    ),
  );
  return [...new Set([...differing, ...missing.map(({ name, kind }) => `${name} (${kind}) is never made`)])];
}

interface Matcher {
  readonly pattern: SpanPattern;
  readonly name: RegExp;
  /** How much of the name is said literally. */
  readonly literal: number;
}

function matcherOf(pattern: SpanPattern): Matcher {
  const parts = pattern.name.split(/\{(\w+)\}/);
  const source = parts.map((part, index) => (index % 2 === 0 ? part : (placeholders[part] ?? '\\S+')));
  const literal = parts.filter((_, index) => index % 2 === 0).join('').length;
  return { pattern, name: new RegExp(`^${source.join('')}$`), literal };
}

/** The one that says most of its name; of those that say as much, the one of its kind. */
function patternOf(span: WholeSpan, matchers: readonly Matcher[]): SpanPattern | undefined {
  const named = matchers.filter(({ name }) => name.test(span.name));
  const most = Math.max(...named.map(({ literal }) => literal));
  const closest = named.filter(({ literal }) => literal === most).map(({ pattern }) => pattern);
  return closest.find(({ kind }) => kind === span.kind) ?? closest[0];
}

function differencesOf(span: WholeSpan, { kind, madeBy, links, ...about }: SpanPattern): string[] {
  const { always, allowed } = attributesOf(about);
  return [
    ...(span.kind === kind ? [] : [`is ${span.kind}, not ${kind}`]),
    ...(madeBy.some((service) => service === span.service) ? [] : ['is not registered for its service']),
    ...always.filter((name) => !span.attributes.includes(name)).map((name) => `lacks ${name}`),
    ...span.attributes
      .filter((name) => !allowed.includes(name))
      .map((name) => `has ${name}, which is not registered`),
    ...(span.links.length > 0 && !links ? ['has a link, which is not registered'] : []),
    ...(span.links.length === 0 && links?.of === 'all' ? ['lacks a link'] : []),
  ];
}

function attributesOf({
  groups = [],
  attributes,
  sometimes,
}: Pick<SpanPattern, 'groups' | 'attributes' | 'sometimes'>) {
  const all = [onAnySpan, ...groups, { attributes, sometimes }];
  const always = all.flatMap((each) => each.attributes);
  return { always, allowed: [...always, ...all.flatMap((each) => each.sometimes ?? [])] };
}
