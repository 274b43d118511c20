import type { Failure } from '@millrace/export';
import { describeError, redisOutageReason } from '@millrace/observability';
import type { Dependency, ErrorDescription } from '@millrace/observability';
import { KernelFaultError, RowTooLargeError } from '@millrace/formats';
import {
  CorruptInputError,
  InputChangedError,
  LineTooLongError,
  SourceUnavailableError,
  StoreUnavailableError,
  UploadLostError,
} from '@millrace/storage';
import { ViewDefinitionError } from '@millrace/viewdef';
import { CohortTooLargeError, FilterTargetMissingError, NestedGroupMissingError } from '../cohort/errors.js';
import { InputsNotUnderstoodError } from '../inputs/survey-notices.js';
import { MalformedLineError, RowError } from './input-error.js';
import { ScanDeclinedError } from './open-scans.js';
import { ExportTooLargeError, ResourceOutputError } from './output-limit.js';

/** What went wrong in a step, as data: it crosses threads, and the job store keeps it. */
export interface StepFault {
  readonly failure: Failure;
  /** True when trying the same again may succeed. */
  readonly retryable: boolean;
  /** What the step needs and could not use. It is waited for, and costs no attempt. */
  readonly away?: Dependency;
  /** For the log only: what an unexpected error was, and where, which clients never see. */
  readonly cause?: ErrorDescription;
}

/** The one place where an error of a step becomes the failure of an export. */
export function stepFault(error: unknown): StepFault {
  if (error instanceof MalformedLineError || error instanceof CorruptInputError) {
    return final(422, 'invalid', error.message);
  }
  if (error instanceof LineTooLongError || error instanceof RowTooLargeError) {
    return final(422, 'too-long', error.message);
  }
  if (error instanceof RowError) {
    const code = error.cause instanceof ResourceOutputError ? 'too-costly' : 'processing';
    return final(422, code, error.message, [`subject[${error.subject}]`]);
  }
  if (error instanceof ExportTooLargeError) return final(422, 'too-costly', error.message);
  if (error instanceof FilterTargetMissingError) {
    return final(400, 'not-found', error.message, [error.parameter]);
  }
  if (error instanceof InputsNotUnderstoodError) return final(422, 'not-found', error.message);
  if (error instanceof NestedGroupMissingError) return final(422, 'not-found', error.message, ['group']);
  if (error instanceof CohortTooLargeError) return final(422, 'too-costly', error.message, ['group']);
  if (error instanceof ScanDeclinedError) return final(422, 'not-supported', error.message);
  if (error instanceof ViewDefinitionError) return final(422, 'invalid', error.message);
  if (error instanceof InputChangedError) return final(500, 'conflict', error.message);
  if (error instanceof KernelFaultError) {
    return { ...final(500, 'exception', error.message), cause: describeError(error) };
  }
  const away = awayOf(error);
  if (away !== undefined || error instanceof SourceUnavailableError) {
    return {
      failure: { status: 500, code: 'exception', diagnostics: messageOf(error) },
      retryable: true,
      ...(away === undefined ? {} : { away }),
      cause: describeError(error),
    };
  }
  return {
    failure: {
      status: 500,
      code: 'exception',
      diagnostics: 'the export failed for a reason that lies with the server; its log names this export',
    },
    retryable: true,
    cause: describeError(error),
  };
}

/** An upload that nobody here has aborted was lost by its store. A source that is wrong in itself has no cause. */
function awayOf(error: unknown): Dependency | undefined {
  if (error instanceof StoreUnavailableError || error instanceof UploadLostError) return 'store';
  if (error instanceof SourceUnavailableError && error.cause !== undefined) return 'source';
  return redisOutageReason(error) === undefined ? undefined : 'redis';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function final(status: number, code: string, diagnostics: string, expression?: string[]): StepFault {
  return {
    failure: { status, code, diagnostics, ...(expression ? { expression } : {}) },
    retryable: false,
  };
}
