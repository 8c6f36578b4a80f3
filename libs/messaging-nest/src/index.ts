export { HandlesMessage, type HandledMessage } from './handles-message.js';
export { MessagingModule } from './messaging.module.js';
export { type MessagingOptions } from './messaging.options.js';
export { WaybillTransport } from './waybill-transport.js';
