import { readFileSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { JobStoreUnavailableError } from '@millrace/api-service';
import { AuditUnavailableError } from '@millrace/audit';
import { KeysUnavailableError, ScopeRefusedError, TokenRefusedError } from '@millrace/auth';
import { IdIndexPendingError } from '@millrace/cohort';
import {
  DefinitionConflictError,
  DefinitionRefusedError,
  EntryFailedError,
  VersionMismatchError,
} from '@millrace/definitions';
import { NewerVersionError } from '@millrace/export';
import { KeysUnsureError } from '@millrace/lifecycle';
import { errorAnswer, ProtocolError } from '@millrace/protocol';
import { QueueUnavailableError } from '@millrace/queue';
import { SqlEngineError } from '@millrace/sqlquery';
import {
  ObjectChangedError,
  ObjectMissingError,
  SourceUnavailableError,
  StoreUnavailableError,
} from '@millrace/storage';
import { BusyError } from '@millrace/threads';
import { MaxRetriesPerRequestError } from 'ioredis/built/errors/index.js';

const ROOT = resolve(import.meta.dirname, '../..');

/** Errors that a client is told of, as the package that throws them makes them, and the status of the answer. */
const ANSWERED: readonly (readonly [error: Error, status: number])[] = [
  [new ProtocolError(418, []), 418],
  [new AuditUnavailableError('full'), 503],
  [new BusyError(), 503],
  [new DefinitionConflictError(['id']), 409],
  [new DefinitionRefusedError(422, []), 422],
  [new EntryFailedError(1, new DefinitionRefusedError(412, [])), 412],
  [new IdIndexPendingError('main', 1), 503],
  [new JobStoreUnavailableError('away'), 503],
  [new KeysUnavailableError('away'), 503],
  [new KeysUnsureError(), 503],
  [new MaxRetriesPerRequestError(3) as unknown as Error, 503],
  [new ObjectChangedError('key', { bytes: 1, etag: 'a' }, 'nothing'), 500],
  [new ObjectMissingError('key'), 404],
  [new NewerVersionError('key', 'schemaVersion 3'), 503],
  [new QueueUnavailableError('send', 'away'), 503],
  [new ScopeRefusedError('no', 'system/Patient.rs'), 403],
  [new SourceUnavailableError('main', 'away'), 503],
  [new SqlEngineError('a process ended'), 503],
  [new StoreUnavailableError('read', 'key', 'away'), 503],
  [new TokenRefusedError('expired'), 401],
  [new URIError('malformed'), 400],
  [new VersionMismatchError('id', '1', '2'), 412],
];

/**
 * Errors of the packages that the API is made of that are no answer by themselves: they end a start, are caught where
 * they arise, or are those of workers, views and operators. To a client they are a 500 with the request id. The errors of
 * runs are among them: `services/api/src/run/run-fault.ts` makes answers of them.
 */
const UNANSWERED: readonly string[] = `
  AdminError ArtefactError AuditRetentionError BadLineFound BlockTooLargeError CellTypeError ChunkTooLongError ClientGoneError CohortTooLargeError
  ColumnListError ColumnNotInDeltaError ColumnTypeError ConditionalPutMissingError ConfigurationError CorruptAuditError CorruptInputError
  CorruptStoreError DeliveryFailedError DeliveryLostError EngineCrashedError EngineFaultError
  FilterTargetMissingError GzipRatioError IdIndexDamagedError InputChangedError InputsNotUnderstoodError
  InvalidKeyError JobStoreUsageError JsonSyntaxError KernelFaultError KernelMissingError LeaseLostError
  LineTooLongError MalformedLineError MalformedMessageError NestedGroupMissingError NotMembersError
  ObjectExistsError ParquetJoinError PartitionLimitError PartitionValueError ProgramTooLargeError ProvenanceTooLargeError RangeStoppedError ReadOnceError ResourceOutputError RowError RowTooLargeError
  RepeatedGroupError RunTooCostlyError ScanDeclinedError SettingsFileError SeveralPassesError SlowClientError SqlFault
  StoreIdentityError TableRefusedError TaskLimitError ThreadCrashedError ThreadOverdueError TokenRequestError TooManyIdsError
  TooManyDeletionsError TooManyVersionsError UnknownSchemaError
  UnknownTaskError UnsearchableError UnsuitableRedisError UploadLostError ViewDefinitionError
  ViewEvaluationError OutsideIr PathFault Declined
`
  .trim()
  .split(/\s+/);

const nameOf = (error: Error): string => error.constructor.name;

test.each(ANSWERED.map(([error, status]) => [nameOf(error), error, status] as const))(
  '%s has its answer',
  (_, error, status) => {
    expect(errorAnswer(error, 'r1').status).toBe(status);
  },
);

test('every row of the table is the name of an error that something throws', () => {
  const table = readFileSync(resolve(ROOT, 'packages/protocol/src/http/outcome.ts'), 'utf8');
  const rows = [...table.matchAll(/^ {2}(\w+Error): /gm)].map(([, name]) => name);
  expect(rows.length).toBeGreaterThan(9);
  const made = new Set(ANSWERED.map(([error]) => nameOf(error)));
  expect(rows.filter((name = '') => !made.has(name))).toEqual([]);
});

test('of every error class that the API may meet it is known whether a client is told', () => {
  const known = new Set([...UNANSWERED, ...ANSWERED.map(([error]) => nameOf(error))]);
  const classes = partsOfTheApi().flatMap(errorClasses);
  expect(classes.filter((name) => !known.has(name))).toEqual([]);
  expect(UNANSWERED.filter((name) => !classes.includes(name))).toEqual([]);
});

interface PackageFile {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Folders of the API and of all packages that it is made of. */
function partsOfTheApi(): readonly string[] {
  const folders = ['packages', 'services'].flatMap((parent) =>
    readdirSync(resolve(ROOT, parent)).map((name) => `${parent}/${name}`),
  );
  const packages = new Map(folders.map((folder) => [readPackage(folder).name, folder]));
  const parts = new Set(['services/api']);
  for (const folder of parts) {
    for (const name of Object.keys(readPackage(folder).dependencies ?? {})) {
      const part = packages.get(name);
      if (part !== undefined) parts.add(part);
    }
  }
  return [...parts];
}

function readPackage(folder: string): PackageFile {
  return JSON.parse(readFileSync(resolve(ROOT, folder, 'package.json'), 'utf8')) as PackageFile;
}

/** Those that leave their file. */
function errorClasses(folder: string): readonly string[] {
  const source = resolve(ROOT, folder, 'src');
  return readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => readFileSync(resolve(source, file), 'utf8'))
    .flatMap((text) => [...text.matchAll(/^export class (\w+) extends \w*Error\b/gm)])
    .map(([, name = '']) => name);
}
