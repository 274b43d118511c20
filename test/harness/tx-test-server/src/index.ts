export { startTxTestServer } from './start-tx-test-server.js';
export type { Disturbance, TxTestServer, TestResource } from './start-tx-test-server.js';
