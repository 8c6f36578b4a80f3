import { contracts } from '@waybill/contracts';
import { addImport, addToList } from './edits.ts';
import { Files } from './files.ts';
import { NewError } from './new.errors.ts';

/** By the first word of a message's type: who sends it, and where its outbox puts it. */
const senders: Readonly<Record<string, { readonly folder: string; readonly route: string }>> = {
  order: { folder: 'orders', route: '(message) => onBothRails(message)' },
  payment: { folder: 'payments', route: "() => [{ broker: 'kafka', address: addresses.payments }]" },
};

/**
 * An event of the order or the payment service: its contract, listed and exported, and its route. The audit reads it from
 * then on, as it reads every event of the two.
 */
export async function planContract(type: string): Promise<Files> {
  const subject = type.split('.')[0]!;
  const sender = /^[a-z]+\.[a-z]+(-[a-z]+)*$/.test(type) ? senders[subject] : undefined;
  if (!sender)
    throw new NewError(
      `"${type}" is no name of an event: order.<word> or payment.<word>, as in order.shipped.`,
    );
  if (contracts.some((each) => each.type === type))
    throw new NewError(
      `There is a contract ${type} already. To change it: docs/how-to/change-a-contract.md.`,
    );
  const file = type.replace('.', '-');
  const name = pascal(file);
  const module = `./${sender.folder}/${file}.js`;
  const files = new Files();
  files.make(`libs/contracts/src/${sender.folder}/${file}.ts`, contractText(name, type));
  await files.change('libs/contracts/src/contracts.ts', (text) =>
    addToList(addImport(text, name, module), 'contracts: readonly DefinedContract[] = [', name),
  );
  await files.change(
    'libs/contracts/src/index.ts',
    (text) => `${text}export { ${name} } from '${module}';\n`,
  );
  await files.change(`apps/${subject}/src/outbox-routes.ts`, (text) =>
    addToList(
      addImport(text, name, '@waybill/contracts'),
      'outboxRoutes: OutboxRoutes = {',
      `[${name}.type]: ${sender.route}`,
    ),
  );
  return files;
}

export const pascal = (kebab: string): string =>
  kebab.replace(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());

const contractText = (name: string, type: string): string => `import { z } from 'zod';
import { defineContract } from '../define-contract.js';
import { customerId, orderId } from '../fields.js';

export const ${name} = defineContract({
  type: '${type}',
  version: 1,
  description: 'Say here what has happened when this is sent.',
  example: { orderId: '01a20e29-2240-7000-8ed0-d8d3114de73d', customerId: '42' },
  payload: z.object({ orderId, customerId }),
});
`;
