import { callsOutside } from './handler.js';
import type { RunnerOptions } from './runner.options.js';
import { problemsOf } from './subscription.js';

/** Every reason why these options make no runner; none when they do. */
export function problemsWith({ handlers, subscription, broker, deliveryState }: RunnerOptions): string[] {
  const types = handlers.map(({ contract }) => contract.type);
  const doubled = new Set(types.filter((type, index) => types.indexOf(type) !== index));
  const rules: [broken: boolean, problem: string][] = [
    ...[...doubled].map((type): [boolean, string] => [true, `two handlers take ${type}`]),
    [types.length === 0, 'no handler'],
    [broker.name !== subscription.broker, `declared for ${subscription.broker}, given ${broker.name}`],
    [
      subscription.lane === 'batch' && handlers.some(({ handler }) => callsOutside(handler)),
      'a handler that calls outside needs the keyed lane',
    ],
    [
      subscription.guarantee === 'at-most-once' && handlers.some(({ handler }) => callsOutside(handler)),
      'a handler that calls outside may have to call again, and needs at-least-once',
    ],
    [
      subscription.onFailingKey === 'park' && deliveryState === 'none',
      'onFailingKey park needs the tables of delivery-state.sql',
    ],
  ];
  const problems = rules.filter(([broken]) => broken).map(([, problem]) => problem);
  return [
    ...problemsOf(subscription),
    ...problems.map((problem) => `subscription ${subscription.name}: ${problem}`),
  ];
}
