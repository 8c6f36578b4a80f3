import type { z } from 'zod';
import type { FieldError } from './problem.js';

const mostErrors = 100;

/** Zod's issues as field errors, at most 100; `whole` names the value itself where no field of it is to blame. */
export function fieldErrors(issues: readonly z.core.$ZodIssue[], whole: string): FieldError[] {
  return issues
    .flatMap((issue) => fieldsOf(issue, whole).map((field) => fieldError(field, issue)))
    .slice(0, mostErrors);
}

/** An unknown key is an issue of its parent for zod; the caller looks for the key. */
function fieldsOf(issue: z.core.$ZodIssue, whole: string): string[] {
  if (issue.code !== 'unrecognized_keys') return [issue.path.join('.') || whole];
  return issue.keys.map((key) => [...issue.path, key].join('.'));
}

function fieldError(field: string, issue: z.core.$ZodIssue): FieldError {
  return { field, rule: issue.code ?? 'invalid', message: issue.message };
}
