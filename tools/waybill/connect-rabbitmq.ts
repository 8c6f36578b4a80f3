import type { RabbitmqConnection } from '@waybill/service-kit/settings';
import { connect, type ChannelModel } from 'amqplib';

/** One connection for a while, with the server's name checked where it is `amqps://`. */
export const connectRabbitmq = ({ url, ssl }: RabbitmqConnection): Promise<ChannelModel> =>
  connect(url, { ...ssl });
