export { CohortTooLargeError, FilterTargetMissingError, NestedGroupMissingError } from './errors.js';
export { bytesToLookThrough, missingResources } from './missing-resources.js';
export { resolveCohort } from './resolve-cohort.js';
