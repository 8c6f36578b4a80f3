import type { Verdict } from './decide.js';
import type { Pipeline, Work } from './work.js';

type About = Pick<Work, 'delivery'> & Partial<Pick<Work, 'envelope'>>;

const censor = '[personal]';
/** A larger one is a document: no error quotes it whole, and looking for it would take long. */
const longestValue = 1_000;
/** Of a text that holds more there is nothing left to say. */
const mostSaid = 500;

/**
 * What is said of a failure without what its message holds of a person: errors quote what they stumbled over, and what is
 * said here goes into logs, headers, notices and tables. It is looked for as it stands in the message.
 */
export function withoutPersonal(verdict: Verdict, work: About, pipeline: Pipeline): Verdict {
  if (verdict.kind === 'done') return verdict;
  const cleared = clearing([work], pipeline);
  if (verdict.kind !== 'deadLetter') return { ...verdict, because: cleared(verdict.because) };
  const { because, message, stack } = verdict.failure;
  const failure = {
    ...verdict.failure,
    because: cleared(because),
    message: cleared(message),
    stack: cleared(stack),
  };
  return { kind: 'deadLetter', failure };
}

/** For a text about all of these. */
export function clearing(works: readonly About[], { routes }: Pipeline): (text: string) => string {
  const values = works.flatMap(({ delivery, envelope }) => {
    const route = envelope && (routes.get(envelope.type) ?? routes.get('*'));
    return route?.contract.personal?.(delivery.message) ?? [];
  });
  const written = values.filter(isSearched).flatMap(asWritten);
  return (text) => without(written, text);
}

/** Only for what is in the text at all: one pattern of all that a message may hold would take seconds, or be refused. */
function without(written: readonly string[], text: string): string {
  const folded = fold(text);
  const said = written.filter((value) => folded.includes(fold(value)));
  if (said.length > mostSaid) return censor;
  return said.length === 0 ? text : text.replace(new RegExp(said.map(alone).join('|'), 'giu'), censor);
}

/** Equal for texts that a pattern takes for equal but for their case. */
const fold = (text: string): string => text.toUpperCase().toLowerCase();

const isSearched = (value: string): boolean => value.trim() !== '' && value.length <= longestValue;

/** As it is, and as JSON writes it. */
const asWritten = (value: string): string[] => [...new Set([value, JSON.stringify(value).slice(1, -1)])];

/** No part of a longer word: a person may be called as many things begin. */
const alone = (value: string): string => `(?<![\\p{L}\\p{N}])${escaped(value)}(?![\\p{L}\\p{N}])`;

const escaped = (value: string): string => value.replace(/[\^$\\.*+?()[\]{}|/]/g, '\\$&');
