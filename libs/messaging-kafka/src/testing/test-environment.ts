import { testAddress } from '@waybill/test-kit';

export const testBrokers = (): string[] => testAddress('KAFKA_BROKERS').split(',');
