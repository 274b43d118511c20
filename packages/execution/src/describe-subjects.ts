import { ownBases } from '@millrace/export';
import type { ExportRequest, ManifestColumn, Subject } from '@millrace/export';
import { ColumnTypeError, describeColumn } from '@millrace/formats';
import type { FinishedSubject } from '@millrace/lifecycle';
import type { ViewFacts } from '@millrace/run';
import type { SqlColumn } from '@millrace/sqlquery';
import type { ExecutionPorts } from './ports.js';

/** Facts about a subject. */
export interface SubjectFacts {
  /** Name of what makes its output. */
  readonly engine: string;
  /** Columns of its empty file. Undefined: without rows it has no file. */
  readonly columns: ViewFacts['columns'] | undefined;
  /** Columns of its rows, for the manifest. Undefined for resources. */
  readonly told: readonly ManifestColumn[] | undefined;
}

/** The facts that all subjects with copied lines share. */
const COPIED: SubjectFacts = { engine: 'copy', columns: undefined, told: undefined };

/** Those of a query. Every query makes a file, also without rows. */
function queriedFacts({ columns }: Extract<Subject, { kind: 'sql' }>): SubjectFacts {
  return { engine: 'sql', columns: undefined, told: columns.map(columnOfSql) };
}

/**
 * Facts of the subjects of an export, in request order.
 *
 * @throws EngineFaultError; the reason of `stop`; EngineCrashedError
 */
export async function describeSubjects(
  { pool, settings: { engine } }: Pick<ExecutionPorts, 'pool' | 'settings'>,
  request: ExportRequest,
  stop: AbortSignal,
): Promise<readonly SubjectFacts[]> {
  const { fhirVersion, format, partitionBy, subjects } = request;
  const views = [...subjects.entries()].flatMap(([index, subject]) => {
    switch (subject.kind) {
      case 'view':
        return [{ subject: index, view: subject.view }];
      case 'resources':
      case 'deletions':
      case 'blocks':
      case 'sql':
        return [];
      default:
        return subject satisfies never;
    }
  });
  const others = subjects.map((subject) => (subject.kind === 'sql' ? queriedFacts(subject) : COPIED));
  if (views.length === 0) return others;
  const described = await pool.describe(
    {
      views,
      fhirVersion,
      bases: ownBases(request),
      engine,
      format,
      ...(partitionBy === undefined ? {} : { partitionBy }),
    },
    stop,
  );
  const facts = new Map(
    views.flatMap(({ subject }, at) => {
      const view = described[at];
      return view === undefined
        ? []
        : [[subject, { ...view, told: view.columns.map(columnOfView) }] as const];
    }),
  );
  return others.map((other, index) => facts.get(index) ?? other);
}

/** The facts that a manifest needs. */
export function finishedSubject({ engine, told }: SubjectFacts): FinishedSubject {
  return { engine, columns: told };
}

/** Formats other than Parquet take a column whose tag names no type. */
function columnOfView(column: ViewFacts['columns'][number]): ManifestColumn {
  const { name, collection, fhirType } = column;
  try {
    return { ...describeColumn(column), fhirType };
  } catch (error) {
    if (!(error instanceof ColumnTypeError)) throw error;
    return { name, collection, fhirType };
  }
}

function columnOfSql({ name, type }: SqlColumn): ManifestColumn {
  const collection = type.endsWith('[]');
  return { name, collection, sqlType: collection ? type.slice(0, -2) : type };
}
