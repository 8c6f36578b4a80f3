import { reach } from './reach.ts';

/** In a process of its own, since Node reads `NODE_EXTRA_CA_CERTS` when it starts. */
process.stdout.write(JSON.stringify(await reach(process.env)));
process.exit(0);
