import { attemptPrefix, formatOfPass, ownBases, readOf, tableOfSubject, tablePrefix } from '@millrace/export';
import type { ExportRequest, TaskOf } from '@millrace/export';
import { EngineFaultError } from '@millrace/run';
import type { RangeTask } from '@millrace/run';
import type { ExecutionPorts } from '../../ports.js';
import { partLimits } from '../part-limits.js';
import { rangeFilter } from '../range-filter.js';
import { supersededOf } from '../superseded-of.js';
import type { TaskExecutor, TaskWork } from '../task-executor.js';

/** Evaluates the views of a pass over a range of an input, on an engine thread. Tables for queries are Parquet. */
export const executeRange: TaskExecutor<TaskOf<'range'>> = async (ports, work, onCut) => {
  const { stop, finishAtCut } = work;
  const superseded = await supersededOf(ports.jobs, work);
  const range = { ...rangeTask(ports, work), ...superseded };
  return ports.pool.run(range, { stop, finishAtCut, onCut }).catch((error: unknown) => {
    throw error instanceof EngineFaultError ? withTableNamed(work.request, error) : error;
  });
};

/** Clients know a table by its canonical URL only: the index that passes have for it is that of no subject. */
function withTableNamed(request: ExportRequest, error: EngineFaultError): EngineFaultError {
  const { failure, ...fault } = error.fault;
  const { expression: [element = ''] = [], ...rest } = failure;
  const [, index = '-1'] = /^subject\[(\d+)\]/.exec(element) ?? [];
  const table = tableOfSubject(request, Number(index));
  if (table === undefined) return error;
  const diagnostics = `in "${table.canonical}", from which SQL selects: ${failure.diagnostics}`;
  return new EngineFaultError({ ...fault, failure: { ...rest, diagnostics } });
}

function rangeTask(
  { settings }: Pick<ExecutionPorts, 'settings'>,
  { task, lease, checkpoint, request, plan }: TaskWork<TaskOf<'range'>>,
): RangeTask {
  const { input, pass } = readOf(plan, task);
  const format = formatOfPass(request, pass);
  const isTable = pass.subjects.some((subject) => tableOfSubject(request, subject) !== undefined);
  return {
    source: request.source,
    fhirVersion: request.fhirVersion,
    bases: ownBases(request),
    resourceType: pass.resourceType,
    input,
    start: task.start,
    end: task.end,
    from: checkpoint.offset,
    firstCut: checkpoint.cuts,
    views: pass.subjects.map((subject) => {
      const table = tableOfSubject(request, subject);
      const partPrefix = table && tablePrefix(request.tenant, lease, table.id);
      return { subject, view: viewOf(request, subject), ...(partPrefix === undefined ? {} : { partPrefix }) };
    }),
    ...(request.filter === undefined ? {} : { filter: rangeFilter(request.filter, plan, pass.resourceType) }),
    engine: settings.engine,
    format,
    header: request.header,
    // The tables that SQL selects from are Parquet whatever the format of the export.
    ...(request.formulas === undefined || format !== 'csv' ? {} : { formulas: request.formulas }),
    ...(isTable ? {} : compressionOf(request)),
    ...(request.onMismatch === undefined ? {} : { onMismatch: request.onMismatch }),
    ...(request.partitionBy === undefined || isTable
      ? {}
      : { partitionBy: request.partitionBy, mostPartitions: settings.mostPartitions }),
    ...(format === 'parquet' ? { exportId: request.id } : {}),
    partPrefix: attemptPrefix(request.tenant, lease),
    limits: isTable ? settings.limits : partLimits(settings.limits, request),
    malformedLines: settings.malformedLines,
  };
}

function compressionOf({ compression }: ExportRequest): Pick<RangeTask, 'compression' | 'packed'> {
  switch (compression) {
    case undefined:
      return {};
    case 'zstd':
      return { compression };
    case 'gzip':
      return { packed: true };
    default:
      return compression satisfies never;
  }
}

function viewOf(request: ExportRequest, index: number): Readonly<Record<string, unknown>> {
  const { id, subjects } = request;
  const subject = subjects[index] ?? tableOfSubject(request, index);
  if (subject === undefined)
    throw new Error(`the plan of export ${id} names subject ${index}, which its request does not have`);
  switch (subject.kind) {
    case 'view':
      return subject.view;
    case 'resources':
    case 'deletions':
    case 'blocks':
    case 'sql':
    case 'rows':
    case 'external':
      throw new Error(`the plan of export ${id} evaluates subject ${index}, which is no view`);
    default:
      return subject satisfies never;
  }
}
