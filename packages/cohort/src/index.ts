export {
  CohortTooLargeError,
  FilterTargetMissingError,
  NestedGroupMissingError,
  NotMembersError,
  RepeatedGroupError,
} from './errors.js';
export { findResources } from './find-resources.js';
export { bytesToLookThrough, missingResources } from './missing-resources.js';
export { resolveCohort } from './resolve-cohort.js';
