import { everybody, metric } from './metric.js';

const sinceLastPage = 'since the page was last asked for';

/** What the process itself costs and how it fares; names of OpenTelemetry's conventions. */
export const processMetrics = {
  delayMax: metric({
    name: 'nodejs.eventloop.delay.max',
    instrument: 'ObservableGauge',
    unit: 's',
    description: `Longest time that the event loop was late ${sinceLastPage}`,
    attributes: [],
    shownBy: everybody,
  }),
  delayP99: metric({
    name: 'nodejs.eventloop.delay.p99',
    instrument: 'ObservableGauge',
    unit: 's',
    description: `Time that the event loop was late at most in 99 of 100 samples ${sinceLastPage}`,
    attributes: [],
    shownBy: everybody,
  }),
  longestTurn: metric({
    name: 'waybill.eventloop.longest_turn',
    instrument: 'ObservableGauge',
    unit: 's',
    description:
      'Longest time that the event loop’s thread worked, by its own processor time, without a look at its timers, to ' +
      `50 ms; ${sinceLastPage}. Where the loop was later than that, others had the processor`,
    attributes: [],
    shownBy: everybody,
  }),
  utilization: metric({
    name: 'nodejs.eventloop.utilization',
    instrument: 'ObservableGauge',
    unit: '1',
    description: `Share of the time ${sinceLastPage} in which the event loop did not wait`,
    attributes: [],
    shownBy: everybody,
  }),
  heapUsed: metric({
    name: 'v8js.memory.heap.used',
    instrument: 'ObservableGauge',
    unit: 'By',
    description: 'Memory of the heap in use, garbage included that is not yet collected',
    attributes: ['v8js.heap.space.name'],
    shownBy: everybody,
  }),
  memory: metric({
    name: 'process.memory.usage',
    instrument: 'ObservableGauge',
    unit: 'By',
    description: 'Physical memory of the process',
    attributes: [],
    shownBy: everybody,
  }),
  cpuTime: metric({
    name: 'process.cpu.time',
    instrument: 'ObservableCounter',
    unit: 's',
    description: 'Processor time of the process',
    attributes: ['cpu.mode'],
    shownBy: everybody,
  }),
} as const;
