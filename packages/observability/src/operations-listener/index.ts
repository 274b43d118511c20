export { READY_KEY, finding } from './finding.js';
export { createOperationsListener } from './operations-listener.js';
export type { Readiness } from './operations-listener.js';
