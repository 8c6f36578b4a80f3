import type { FromSender, SenderSettings, StartSender, ToSender } from './sender.ts';

/** A process of its own for each sender, as in production, and so that its CPU is nobody else's. */
const [module, settings] = process.argv.slice(2) as [string, string];
const { startSender } = (await import(module)) as { startSender: StartSender };

const tell = (message: FromSender): void => void process.send!(message);
const sender = await startSender(JSON.parse(settings) as SenderSettings, (count) =>
  tell({ kind: 'sent', count }),
);

process.on('message', (told: ToSender) => {
  if (told === 'wake') return sender.wake();
  if (told === 'stop') return void sender.stop().then(() => process.disconnect());
  const { user, system } = process.cpuUsage();
  tell({ kind: 'usage', cpuSeconds: (user + system) / 1e6 });
});
tell({ kind: 'ready' });
