export { startTxTestServer } from './start-tx-test-server.js';
export type { Disturbance, TxTestServer } from './start-tx-test-server.js';
