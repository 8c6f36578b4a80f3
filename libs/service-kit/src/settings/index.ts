/** Apart from the rest, for programs that are no services: it loads nothing of Nest. */
export {
  kafkaConnection,
  kafkaConnectionFrom,
  kafkaSettings,
  rabbitmqConnection,
  rabbitmqConnectionFrom,
  rabbitmqSettings,
  type KafkaConnection,
  type RabbitmqConnection,
} from './connection-settings.js';
export { SettingsError } from '../service-kit.errors.js';
export { readSettings } from './read-settings.js';
export { setting } from './setting-fields.js';
