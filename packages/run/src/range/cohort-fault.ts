import {
  CohortTooLargeError,
  FilterTargetMissingError,
  NestedGroupMissingError,
  NotMembersError,
  RepeatedGroupError,
} from '@millrace/cohort';
import { finalFault } from './range-fault.js';
import type { RangeFault } from './range-fault.js';

/** The fault behind an error of a filter by patients or groups; undefined for an error that is not one of it. */
export function cohortFault(error: unknown): RangeFault | undefined {
  if (error instanceof FilterTargetMissingError) {
    return finalFault(400, 'not-found', error.message, [error.parameter]);
  }
  if (error instanceof NotMembersError) return finalFault(400, 'not-found', error.message, ['patient']);
  if (error instanceof NestedGroupMissingError) {
    return finalFault(422, 'not-found', error.message, ['group']);
  }
  if (error instanceof RepeatedGroupError) return finalFault(422, 'duplicate', error.message, ['group']);
  if (error instanceof CohortTooLargeError) return finalFault(422, 'too-costly', error.message, ['group']);
  return undefined;
}
