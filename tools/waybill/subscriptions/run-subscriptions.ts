import { readAddresses } from '../addresses.ts';
import type { Command } from '../command.ts';
import { chosenFrom, readDeclared } from './declared.ts';
import { list } from './list.ts';
import { rewind } from './rewind.ts';
import { setPaused } from './set-paused.ts';

/**
 * What people set about whole subscriptions. It stands in the consumer's own database, where every replica looks and
 * where it outlives them all; see `docs/adr/0015`.
 */
export async function runSubscriptions(command: Command): Promise<number> {
  const addresses = await readAddresses(command.envFile);
  const declared = await readDeclared(addresses);
  if (command.action === 'list') return list(declared, addresses, command);
  const chosen = chosenFrom(declared, command.ids);
  if (command.action === 'rewind') return rewind(chosen[0]!, addresses, command);
  return setPaused(chosen, addresses, command);
}
