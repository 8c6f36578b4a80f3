/** Our own, as `compose/services.yml` names them. */
export const services = ['order', 'payment', 'audit', 'notification', 'psp-simulator'];
