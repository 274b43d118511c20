export {
  CohortTooLargeError,
  FilterTargetMissingError,
  NestedGroupMissingError,
  NotMembersError,
  RepeatedGroupError,
} from './errors.js';
export { findResources } from './find-resources.js';
export { buildIndex } from './id-index/build-index.js';
export type { IndexBuild, IndexTask } from './id-index/build-index.js';
export { IdIndexDamagedError, IdIndexPendingError } from './id-index/errors.js';
export { createIdIndexes } from './id-index/id-indexes.js';
export type { IdIndexes } from './id-index/id-indexes.js';
export { indexedIds } from './id-index/indexed-ids.js';
export {
  INDEXED_TYPES,
  INDEX_FOLDER,
  INDEX_SCHEMA_VERSION,
  indexKey,
  indexPrefix,
  readIndexKey,
} from './id-index/index-keys.js';
export type { IndexedInput, IndexedType } from './id-index/index-keys.js';
export { lookUpIds } from './id-index/look-up-ids.js';
export type { IdAnswer } from './id-index/look-up-ids.js';
export { indexWithoutIds } from './id-index/index-without-ids.js';
export { bytesToLookThrough, missingResources } from './missing-resources.js';
export { resolveCohort } from './resolve-cohort.js';
export { lookThrough } from './source-ids.js';
export type { SourceIds } from './source-ids.js';
