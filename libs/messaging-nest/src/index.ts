export { connectMessaging } from './connect-messaging.js';
export { DeliveryContext } from './delivery-context.js';
export { HandlesMessage, type HandledMessage } from './handles-message.js';
export { MessagingModule } from './messaging.module.js';
export { type MessagingOptions } from './messaging.options.js';
export { type PatternExtras } from './pattern-handlers.js';
export { WaybillTransport } from './waybill-transport.js';
