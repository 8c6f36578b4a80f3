export { throwawayDatabase, type ThrowawayDatabase, type ThrowawaySources } from './throwaway-database.js';
export { eventually } from './eventually.js';
