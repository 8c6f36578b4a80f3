import { defineSubscription, MemoryBroker, MemoryServer } from '@waybill/messaging';
import { randomUUID } from 'node:crypto';
import type { BrokerUnderTest, Connection, Wanted } from './broker-under-test.js';

/** The memory broker, held to the suite. Each one is a server of its own. */
export function memoryUnderTest(): BrokerUnderTest {
  const server = new MemoryServer();
  const { capabilities } = new MemoryBroker(server);
  return {
    name: 'memory',
    capabilities,
    connect: async () => connectionTo(server),
    prepare: async (wanted) => declared(wanted),
    absent: () => {
      const address = `absent-${randomUUID()}`;
      server.remove(address);
      return address;
    },
    remove: async (address) => server.remove(address),
    badOptions: [],
    faults: {
      restart: async () => {
        server.stop();
        server.start();
      },
      pause: async () => server.pause(),
      resume: async () => server.resume(),
    },
    close: async () => server.close(),
  };
}

function connectionTo(server: MemoryServer): Connection {
  const broker = new MemoryBroker(server);
  return {
    broker,
    cut: () => broker.cut(),
    restore: () => broker.restore(),
    close: () => broker.close(),
  };
}

/** Every address of a memory server exists. */
function declared(wanted: readonly Wanted[]) {
  const address = `address-${randomUUID()}`;
  const subscriptions = wanted.map((each) =>
    defineSubscription({
      name: `subscription-${randomUUID()}`,
      broker: 'memory',
      addresses: [address],
      order: 'none',
      lane: 'keyed',
      ...each,
    }),
  );
  return { address, subscriptions };
}
