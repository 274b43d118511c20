export { objectOf } from './bucket-content.js';
export { CONFLICT, SERVER_ERROR, SLOW_DOWN } from './faults.js';
export type { Fault } from './faults.js';
export type { S3Operation } from './operation.js';
export { startS3TestServer } from './start-s3-test-server.js';
export type { S3TestServer } from './start-s3-test-server.js';
