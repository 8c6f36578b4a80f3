import { format } from 'prettier';
import type { z } from 'zod';
import { auditSettings } from '../../apps/audit/src/config.ts';
import { notificationSettings } from '../../apps/notification/src/config.ts';
import { orderSettings } from '../../apps/order/src/config.ts';
import { paymentSettings } from '../../apps/payment/src/config.ts';
import { pspSettings } from '../../apps/psp-simulator/src/config.ts';

/** By the name of its folder in `apps`. */
export const settingsOf: Readonly<Record<string, z.ZodObject>> = {
  order: orderSettings,
  payment: paymentSettings,
  audit: auditSettings,
  notification: notificationSettings,
  'psp-simulator': pspSettings,
};

export interface Setting {
  readonly name: string;
  readonly expected: string;
  readonly default: string;
  readonly meaning: string;
}

/** What a service reads, as its schema says; what is expected is the message it would be refused with. */
export function listSettings(schema: z.ZodObject): Setting[] {
  return Object.entries(schema.shape as Readonly<Record<string, z.ZodType>>).map(([name, field]) => ({
    name,
    expected: expectationOf(field),
    default: defaultOf(field),
    meaning: field.description ?? '',
  }));
}

function defaultOf(field: z.ZodType): string {
  const absent = field.safeParse(undefined);
  if (!absent.success) return '**required**';
  return absent.data === undefined ? '' : `\`${String(absent.data)}\``;
}

/** A number is no field's text, and no field has a default for it. */
const expectationOf = (field: z.ZodType): string => field.safeParse(0).error?.issues[0]?.message ?? '';

/** `docs/reference/configuration.md`: every environment variable of every service, for people. */
export function settingsPage(): Promise<string> {
  const settings = readings();
  const text = [
    '# Configuration',
    '<!-- Written by `npm run contracts`; a test compares it with the code. -->',
    'Every environment variable that a service reads. All of a service are checked together at its start, and every ' +
      'problem is told at once, with the name and what was expected. An empty variable counts as absent. What several ' +
      'services read in the same way stands in one table; the rest by service.',
    'Besides, every service reads `LOG_LEVEL` (`info` if absent; `debug` also tells how it was wired), ' +
      "and OpenTelemetry's other variables for exporting spans (`OTEL_EXPORTER_OTLP_*`, `OTEL_BSP_*`). The shopper reads " +
      '`ORDER_URL`, `AUDIT_URL` and `WAYBILL_API_KEY`. For TLS, credentials and keys: [secure connections](../how-to/secure-connections.md).',
    '## Several services',
    table(['variable', 'read by', ...columns], settings.filter(isShared).map(sharedRow)),
    ...Object.keys(settingsOf).map((service) => section(service, settings)),
  ].join('\n\n');
  return format(text, { parser: 'markdown', printWidth: 110 });
}

const columns = ['what is expected', 'default', 'meaning'];

interface Read {
  readonly setting: Setting;
  readonly services: readonly string[];
}

/** Each setting once, with all services that read it in the same way. */
function readings(): Read[] {
  const settings = Object.entries(settingsOf).flatMap(([service, schema]) =>
    listSettings(schema).map((setting) => ({ service, setting })),
  );
  const alike = Map.groupBy(settings, ({ setting }) => JSON.stringify(setting));
  return [...alike.values()].map((group) => ({
    setting: group[0]!.setting,
    services: group.map(({ service }) => service),
  }));
}

const isShared = ({ services }: Read): boolean => services.length > 1;

const cellsOf = ({ expected, default: absent, meaning }: Setting): string[] => [expected, absent, meaning];

function sharedRow({ setting, services }: Read): string[] {
  const all = services.length === Object.keys(settingsOf).length;
  return [`\`${setting.name}\``, all ? 'all' : services.join(', '), ...cellsOf(setting)];
}

function section(service: string, settings: readonly Read[]): string {
  const own = settings.filter((read) => !isShared(read) && read.services[0] === service);
  return [
    `## ${service}`,
    `From [config.ts](../../apps/${service}/src/config.ts).`,
    table(
      ['variable', ...columns],
      own.map(({ setting }) => [`\`${setting.name}\``, ...cellsOf(setting)]),
    ),
  ].join('\n\n');
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
