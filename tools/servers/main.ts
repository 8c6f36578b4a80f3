import { killServer, pauseServer, resumeServer, stopServer } from './running.ts';
import { launch } from './launch.ts';
import { serversOf, startServers, stopServers } from './servers.ts';
import { ServerError } from './servers.errors.ts';
import { sites, type Site } from './site.ts';

const help = `npm run servers -- <command> [server] [--site test|start|e2e|launcher|conformance]

  up                 start every server of the site (default: test) and leave them running
  down               stop them
  start|stop|kill    one server by name: kafka-1, kafka-2, kafka-3, rabbitmq, postgres, redis, fauxqs, mail-sink
                     (kill is SIGKILL: what a crash looks like)
  pause|resume       the same: SIGSTOP, SIGCONT
`;

async function main(args: readonly string[]): Promise<void> {
  const flag = args.indexOf('--site');
  const site = sites[flag < 0 ? 'test' : (args[flag + 1] ?? '')];
  const [command = 'up', name] = args.filter(
    (_, index) => flag < 0 || (index !== flag && index !== flag + 1),
  );
  if (!site) throw new ServerError(`--site must be ${Object.keys(sites).join(', ')}`);
  if (command === 'up') return void (await startServers(site, console.log));
  if (command === 'down') return stopServers(site);
  if (command === '--help') return console.log(help);
  await onOne(command, name, site);
}

async function onOne(command: string, name: string | undefined, site: Site): Promise<void> {
  const server = serversOf(site).find((candidate) => candidate.name === name);
  if (!server) throw new ServerError(`There is no server "${name ?? ''}".\n\n${help}`);
  if (command === 'start') return launch(site, server);
  if (command === 'stop') return stopServer(site, server);
  if (command === 'kill') return killServer(site, server.name);
  if (command === 'pause') return pauseServer(site, server.name);
  if (command === 'resume') return resumeServer(site, server.name);
  throw new ServerError(`There is no command "${command}".\n\n${help}`);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof ServerError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
