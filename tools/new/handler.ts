import { readFileSync, globSync } from 'node:fs';
import { join } from 'node:path';
import * as exported from '@waybill/contracts';
import { sent } from '../contracts/channels.ts';
import { repository } from '../servers/site.ts';
import { pascal } from './contract.ts';
import { addImport, addToList } from './edits.ts';
import { Files } from './files.ts';
import { handlerSpecText, handlerText } from './handler-texts.ts';
import { NewError } from './new.errors.ts';

const apps = ['order', 'payment', 'audit', 'notification'];
const { addresses, contracts, subscriptions } = exported;

/**
 * A handler of an event on Kafka, with its spec, listed in the app's module. It reads as its app's own group: with that of
 * the topic where there is one, else a new one.
 */
export async function planHandler(type: string, app: string): Promise<Files> {
  const { name, topicKey } = eventOf(type, app);
  const folder = `${type.split('.')[0]}s`;
  const file = `on-${kebab(name)}.handler`;
  const path = `apps/${app}/src/${folder}/${file}`;
  const key = `${app}${pascal(kebab(topicKey))}`;
  const files = new Files();
  refuseSecond(`On${name}`, app);
  files.make(`${path}.ts`, handlerText(name, key));
  files.make(`${path}.spec.ts`, handlerSpecText(name, key, type, file));
  await files.change('libs/contracts/src/topology/subscriptions.ts', (text) =>
    subscribed(addImport(text, name, moduleOf(name)), key, { app, name, topicKey }),
  );
  const listed = key in subscriptions;
  await files.change(`apps/${app}/src/${app}.module.ts`, (text) => {
    const imported = addImport(text, `On${name}`, `./${folder}/${file}.js`);
    const provided = addToList(imported, 'providers: [', `On${name}`);
    return listed ? provided : addToList(provided, ' subscriptions: [', `subscriptions.${key}`);
  });
  return files;
}

function eventOf(type: string, app: string): { readonly name: string; readonly topicKey: string } {
  if (!apps.includes(app)) throw new NewError(`There is no app "${app}" for it: --app ${apps.join(' | ')}.`);
  const contract = contracts.find((each) => each.type === type);
  const name = Object.entries(exported).find(([, each]) => each === contract)?.[0];
  if (!contract || !name)
    throw new NewError(
      `There is no contract "${type}"; there are ${contracts.map((each) => each.type).join(', ')}.`,
    );
  const topics = ['orderEvents', 'payments'] as const;
  const topicKey = topics.find((topic) =>
    sent.some((each) => each.type === type && each.address === addresses[topic]),
  );
  if (!topicKey)
    throw new NewError(`${type} is no event on Kafka: it has one receiver, and its handler is there.`);
  return { name, topicKey };
}

function refuseSecond(handler: string, app: string): void {
  const files = globSync(`apps/${app}/src/**/*.handler.ts`, { cwd: repository });
  const taken = files.find((file) =>
    readFileSync(join(repository, file), 'utf8').includes(`class ${handler} `),
  );
  if (taken) throw new NewError(`${app} has ${handler} already, in ${taken}; nothing is changed.`);
}

function subscribed(
  text: string,
  key: string,
  { app, name, topicKey }: { readonly app: string; readonly name: string; readonly topicKey: string },
): string {
  const there = text.indexOf(`${key}: defineSubscription({`);
  if (there >= 0) return addToList(text, 'types: [', `${name}.type`, there);
  return addToList(
    text,
    'export const subscriptions = {',
    `${key}: defineSubscription({
      name: '${app}-${kebab(topicKey)}',
      broker: 'kafka',
      addresses: [addresses.${topicKey}],
      types: [${name}.type],
      order: 'key',
      lane: 'batch',
    })`,
  );
}

/** As `subscriptions.ts` imports it. */
function moduleOf(name: string): string {
  const files = globSync('libs/contracts/src/*/*.ts', { cwd: repository });
  const file = files.find((each) =>
    readFileSync(join(repository, each), 'utf8').includes(`export const ${name} = defineContract(`),
  );
  if (!file) throw new Error(`no file of libs/contracts defines ${name}`);
  return file.replace('libs/contracts/src', '..').replace(/\.ts$/, '.js');
}

const kebab = (name: string): string => name.replace(/(?<=.)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
