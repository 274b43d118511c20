import { EMPTY_TALLY, attemptPrefix, programOf } from '@millrace/export';
import type { ExportRequest, Part, Plan, SubjectProgram, TaskOf } from '@millrace/export';
import { fileExtension, footerValues, rowOriginOf } from '@millrace/formats';
import type { RowOrigin } from '@millrace/formats';
import { SqlFault } from '@millrace/sqlquery';
import { packingSink } from '@millrace/storage';
import type { SqlRunRequest } from '@millrace/sqlquery';
import type { ExecutionPorts } from '../../ports.js';
import { outputLimitsOf } from '../../steps/output-limits.js';
import { partLimits } from '../part-limits.js';
import type { TaskExecutor, TaskWork } from '../task-executor.js';
import { QueryError } from './query-error.js';
import { openQueryFolder } from './query-folder.js';
import { storeParts } from './store-parts.js';
import { bringTables, filesOfTables } from './table-files.js';

/**
 * Runs the SQL of a subject over its tables, in one cut: an attempt that ends early begins anew. The engine sees local files
 * of this attempt only. An attempt that waits for its turn ends without a cut when other work wants its place.
 */
export const executeQuery: TaskExecutor<TaskOf<'query'>> = async (ports, work) => {
  const { task, checkpoint, request, plan, stop, finishAtCut } = work;
  const query = queryOf(request, plan, task);
  const { index } = query;
  const engines = ['sql'];
  const kind = request.run === undefined ? 'export' : 'run';
  const waits = AbortSignal.any([stop, finishAtCut]);
  const turn = await ports.queries.turn(kind, request.tenant, waits).catch((reason: unknown) => {
    if (!finishAtCut.aborted || stop.aborted) throw reason;
  });
  if (turn === undefined) return { engines };
  using _turn = turn;
  try {
    const parts = await runQuery(ports, work, query);
    const at = checkpoint.offset;
    const last = { cut: checkpoint.cuts, from: at, to: at, parts, bytesRead: 0, tally: EMPTY_TALLY };
    return { engines, last };
  } catch (error) {
    // Whatever stopping has broken, the reason to stop says what happened.
    stop.throwIfAborted();
    throw error instanceof SqlFault ? new QueryError(index, error) : error;
  }
};

async function runQuery(
  { queries, jobs, store, settings }: ExecutionPorts,
  { lease, request, plan, stop }: TaskWork<TaskOf<'query'>>,
  { index, program, origin }: Query,
): Promise<Part[]> {
  await using folder = await openQueryFolder(queries.folder);
  const stored = await filesOfTables({ jobs, store, queries }, request, plan, program.tables);
  const { format, header, formulas, compression, run: asked } = request;
  const rows = asked?.limit;
  const partBytes = asked === undefined ? partLimits(settings.limits, request).partBytes : Infinity;
  const mostBytes = lowestLimit(outputLimitsOf(settings.output, request).bytes, asked?.bytes);
  const run: SqlRunRequest = {
    tenant: request.tenant,
    // The engine needs no view to read the rows of it.
    program: { ...program, tables: program.tables.map(({ id, columns }) => ({ id, columns })) },
    files: await bringTables(store, stored, folder.tables, stop),
    output: {
      folder: folder.output,
      format: asked?.format ?? format,
      header,
      partBytes,
      ...(formulas === undefined ? {} : { formulas }),
      ...(format === 'parquet' ? { footer: footerValues(origin) } : {}),
      ...(compression === 'zstd' ? { compression } : {}),
      ...(rows === undefined ? {} : { rows }),
    },
    temporaryFolder: folder.temporary,
    limits: { ...queries.limits, outputBytes: mostBytes },
  };
  const { parts } = await queries.engine.run(run, stop);
  // Without a file the subject would have no output.
  if (parts.length === 0) throw new Error(`the query of subject ${index} gave no file`);
  const to = {
    subject: index,
    prefix: attemptPrefix(request.tenant, lease),
    extension: fileExtension(format),
  };
  return await storeParts(compression === 'gzip' ? packingSink(store) : store, parts, to, stop);
}

/** @param bytes 0 means no limit */
function lowestLimit(bytes: number, ofRun = Infinity): number {
  return Math.min(bytes === 0 ? Number.MAX_SAFE_INTEGER : bytes, ofRun);
}

interface Query {
  /** The index of its subject. */
  readonly index: number;
  readonly program: SubjectProgram;
  readonly origin: RowOrigin;
}

/** @throws Error when the plan names what the request does not have */
function queryOf(request: ExportRequest, { passes }: Plan, { pass }: TaskOf<'query'>): Query {
  const [index = -1] = passes[pass]?.subjects ?? [];
  const subject = request.subjects[index];
  if (subject?.kind !== 'sql')
    throw new Error(`the plan of export ${request.id} runs the SQL of subject ${index}, which has none`);
  const { fhirVersion, id: exportId } = request;
  return {
    index,
    program: programOf(request, subject),
    origin: rowOriginOf('query', subject, { fhirVersion, exportId }),
  };
}
