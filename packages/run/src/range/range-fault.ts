import type { Failure } from '@millrace/export';
import { KernelFaultError, RowTooLargeError } from '@millrace/formats';
import { describeError } from '@millrace/observability';
import type { Dependency, ErrorDescription } from '@millrace/observability';
import {
  CorruptInputError,
  GzipRatioError,
  InputChangedError,
  LineTooLongError,
  SourceUnavailableError,
  StoreUnavailableError,
  UploadLostError,
} from '@millrace/storage';
import { ViewDefinitionError } from '@millrace/viewdef';
import { PartitionLimitError } from '../partitions/errors.js';
import { TooManyVersionsError } from '../versions/find-superseded.js';
import { MalformedLineError, RowError } from './input-error.js';
import { ScanDeclinedError } from './open-scans.js';
import { ResourceOutputError } from './output-limit.js';

/** A failed evaluation of views, as data that crosses threads. */
export interface RangeFault {
  readonly failure: Failure;
  /** True when trying the same again may succeed. */
  readonly retryable: boolean;
  /** The dependency that could not be reached. The work may wait for it. */
  readonly away?: Dependency;
  /** For the log only: the class and place of an unexpected error, which clients never see. */
  readonly cause?: ErrorDescription;
}

/** The fault behind an error of `evaluateRange`; undefined for an error that is not one of its own. */
export function rangeFault(error: unknown): RangeFault | undefined {
  if (error instanceof MalformedLineError || error instanceof CorruptInputError) {
    return finalFault(422, 'invalid', error.message);
  }
  if (error instanceof LineTooLongError || error instanceof RowTooLargeError) {
    return finalFault(422, 'too-long', error.message);
  }
  if (error instanceof RowError) {
    const { cause } = error;
    const isTooCostly = cause instanceof ResourceOutputError || cause instanceof PartitionLimitError;
    const code = isTooCostly ? 'too-costly' : 'processing';
    return finalFault(422, code, error.message, [`subject[${error.subject}]`]);
  }
  if (error instanceof GzipRatioError) return finalFault(422, 'too-costly', error.message);
  if (error instanceof TooManyVersionsError) return finalFault(422, 'too-costly', error.message);
  if (error instanceof ScanDeclinedError) return finalFault(422, 'not-supported', error.message);
  if (error instanceof ViewDefinitionError) return finalFault(422, 'invalid', error.message);
  if (error instanceof InputChangedError) return finalFault(500, 'conflict', error.message);
  if (error instanceof KernelFaultError) {
    return { ...finalFault(500, 'exception', error.message), cause: describeError(error) };
  }
  // An upload that nobody here has aborted was lost by its store.
  if (error instanceof StoreUnavailableError || error instanceof UploadLostError) {
    return awayFault(error, 'store');
  }
  // A source that is wrong in itself has no cause.
  if (error instanceof SourceUnavailableError) {
    return awayFault(error, error.cause === undefined ? undefined : 'source');
  }
  return undefined;
}

/** A fault that comes again whenever the same is tried. */
export function finalFault(
  status: number,
  code: string,
  diagnostics: string,
  expression?: readonly string[],
): RangeFault {
  return {
    failure: { status, code, diagnostics, ...(expression ? { expression: [...expression] } : {}) },
    retryable: false,
  };
}

/** A fault that may be gone another time, as that of a dependency that is away is. */
export function awayFault(error: Error, away: Dependency | undefined): RangeFault {
  return {
    failure: { status: 500, code: 'exception', diagnostics: error.message },
    retryable: true,
    ...(away === undefined ? {} : { away }),
    cause: describeError(error),
  };
}
