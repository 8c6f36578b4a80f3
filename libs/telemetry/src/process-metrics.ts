import { getHeapSpaceStatistics } from 'node:v8';
import { EventLoop } from './event-loop.js';
import { showTogether } from './instruments.js';
import { processMetrics } from './registry/process-metrics.js';

const microseconds = 1e6;

/** Shows what this process costs and how it fares. The answer ends it. */
export function showProcess(): () => void {
  const loop = new EventLoop();
  const hide = showTogether(processMetrics, () => {
    const { max, p99, longestTurn, utilization } = loop.since();
    const { user, system } = process.cpuUsage();
    return {
      delayMax: [{ value: max, attributes: {} }],
      delayP99: [{ value: p99, attributes: {} }],
      longestTurn: longestTurn === undefined ? [] : [{ value: longestTurn, attributes: {} }],
      utilization: [{ value: utilization, attributes: {} }],
      heapUsed: getHeapSpaceStatistics().map(({ space_name, space_used_size }) => ({
        value: space_used_size,
        attributes: { 'v8js.heap.space.name': space_name },
      })),
      memory: [{ value: process.memoryUsage.rss(), attributes: {} }],
      cpuTime: [
        { value: user / microseconds, attributes: { 'cpu.mode': 'user' } },
        { value: system / microseconds, attributes: { 'cpu.mode': 'system' } },
      ],
    };
  });
  return () => {
    hide();
    loop.stop();
  };
}
