import { resolve } from 'node:path';
import { repository } from '../servers/site.ts';
import { contentsOf } from './contents.ts';
import { gather } from './gather.ts';

/** `node tools/image/main.ts order FOLDER`: what the image of `order` holds, from a built repository. See `Dockerfile`. */
const [name = '', target] = process.argv.slice(2);
const contents = contentsOf.get(name);
if (contents && target) await gather(repository, contents, resolve(target));
else {
  console.error(`node tools/image/main.ts ${[...contentsOf.keys()].join('|')} FOLDER`);
  process.exitCode = 2;
}
