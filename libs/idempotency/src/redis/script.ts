import { createHash } from 'node:crypto';

/** A Lua script and the name under which Redis keeps it. It runs as one step: nothing else happens meanwhile. */
export interface Script {
  readonly text: string;
  readonly sha: string;
}

export const script = (text: string): Script => ({
  text,
  sha: createHash('sha1').update(text).digest('hex'),
});
