/**
 * For every Node process of a site. By itself V8 sizes its heap by the machine, and on a large one collects late: the
 * same orders took 3.1 GiB in all without bounds and 2.2 GiB with them. One that reaches the bound ends, as a leak should.
 */
export const boundedHeap = ['--max-old-space-size=384', '--max-semi-space-size=16'];
