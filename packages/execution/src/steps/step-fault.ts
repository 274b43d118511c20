import { describeError, redisOutageReason } from '@millrace/observability';
import {
  BlockTooLargeError,
  InputsNotUnderstoodError,
  ProvenanceTooLargeError,
  TooManyDeletionsError,
  awayFault,
  cohortFault,
  finalFault,
  rangeFault,
} from '@millrace/run';
import type { RangeFault } from '@millrace/run';
import { SqlEngineError } from '@millrace/sqlquery';
import { ColumnNotInDeltaError, TableRefusedError } from '@millrace/tables';
import { DestinationError } from '../tables/destinations.js';
import { ExternalTableError } from '../tasks/query/external-table-error.js';
import { QueryError } from '../tasks/query/query-error.js';
import { QueryFolderError } from '../tasks/query/query-folder.js';
import { TooManyPartitionsError } from './check-partitions.js';
import { ExportTooLargeError } from './output-limits.js';
import { ExportTooLongError } from './run-time.js';
import { ProvenanceOfVersionsError } from './plan-provenance.js';

/** The one place where an error of a step becomes the failure of an export, which the job store keeps. */
export function stepFault(error: unknown): RangeFault {
  return ownFault(error) ?? rangeFault(error) ?? redisFault(error) ?? unexpectedFault(error);
}

function ownFault(error: unknown): RangeFault | undefined {
  if (error instanceof ExportTooLargeError) return finalFault(422, 'too-costly', error.message);
  if (error instanceof ExportTooLongError) return finalFault(422, 'too-costly', error.message);
  if (error instanceof TooManyPartitionsError)
    return finalFault(422, 'too-costly', error.message, [`subject[${error.subject}]`]);
  if (error instanceof BlockTooLargeError) return finalFault(422, 'too-costly', error.message);
  if (error instanceof InputsNotUnderstoodError) return finalFault(422, 'not-found', error.message);
  if (error instanceof ProvenanceTooLargeError)
    return finalFault(422, 'too-costly', error.message, ['includeAssociatedData']);
  if (error instanceof TooManyDeletionsError) return finalFault(422, 'too-costly', error.message);
  if (error instanceof ProvenanceOfVersionsError)
    return finalFault(400, 'not-supported', error.message, ['includeAssociatedData']);
  if (error instanceof QueryError) return queryFault(error);
  if (error instanceof ExternalTableError) return finalFault(500, 'conflict', error.message);
  if (error instanceof DestinationError) return finalFault(500, 'conflict', error.message);
  if (error instanceof TableRefusedError || error instanceof ColumnNotInDeltaError)
    return finalFault(422, 'processing', error.message);
  // Another attempt may find a disk with room, or be by another worker.
  if (error instanceof QueryFolderError || error instanceof SqlEngineError)
    return awayFault(error, undefined);
  return cohortFault(error);
}

function queryFault({ kind, message, subject }: QueryError): RangeFault {
  const code = kind === 'too-costly' ? 'too-costly' : kind === 'value' ? 'processing' : 'invalid';
  return finalFault(422, code, message, [`subject[${subject}]`]);
}

function redisFault(error: unknown): RangeFault | undefined {
  if (!(error instanceof Error) || redisOutageReason(error) === undefined) return undefined;
  return awayFault(error, 'redis');
}

function unexpectedFault(error: unknown): RangeFault {
  return {
    failure: {
      status: 500,
      code: 'exception',
      diagnostics:
        'the export failed because of a fault in the server; the log of the server names this export',
    },
    retryable: true,
    cause: describeError(error),
  };
}
