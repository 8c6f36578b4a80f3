import { startFauxqs } from 'fauxqs';

/** `run-fauxqs.ts DATA_FOLDER PORT`: its own program writes two lines to its log for every request, whatever it is told. */
const [dataDir, port] = process.argv.slice(2);
if (!dataDir || !port) throw new Error('needs a data folder and a port');

await startFauxqs({
  port: Number(port),
  host: `127.0.0.1:${port}`, // in the URLs of its queues
  defaultRegion: 'ap-northeast-1',
  dataDir,
  logger: false,
});
