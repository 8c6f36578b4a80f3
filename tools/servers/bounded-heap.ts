/**
 * For every Node process of a site. By itself V8 sizes its heap by the machine, and on a large one collects late: a third
 * of all that `npm start` held was garbage. One that reaches the bound ends, as a leak should.
 */
export const boundedHeap = ['--max-old-space-size=256', '--max-semi-space-size=8'];
