export { MARKER_KEY } from '../identity/store-marker.js';
export { createBucket } from '../s3/s3-client.js';
export { leaveBodiesUnsigned } from '../s3/unsigned-bodies.js';
export { patternOf } from './bytes.js';
export { collect, keysOf } from './collect.js';
export { describeSink } from './describe-sink.js';
export { describeSource } from './describe-source.js';
export { temporaryFolder } from './temporary-folder.js';
