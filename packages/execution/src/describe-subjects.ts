import { ownBases } from '@millrace/export';
import type { ExportRequest } from '@millrace/export';
import type { ViewFacts } from '@millrace/run';
import type { ExecutionPorts } from './ports.js';

/** Facts about a subject. */
export interface SubjectFacts {
  /** Name of what makes its output. */
  readonly engine: string;
  /** Columns of its empty file. Undefined: without rows it has no file. */
  readonly columns: ViewFacts['columns'] | undefined;
}

/** The facts that all subjects with copied lines share. */
const COPIED: SubjectFacts = { engine: 'copy', columns: undefined };

/** Those of all queries. Every query makes a file, also without rows. */
const QUERIED: SubjectFacts = { engine: 'sql', columns: undefined };

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
  const { fhirVersion, format, subjects } = request;
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
  const others = subjects.map(({ kind }) => (kind === 'sql' ? QUERIED : COPIED));
  if (views.length === 0) return others;
  const described = await pool.describe(
    { views, fhirVersion, bases: ownBases(request), engine, format },
    stop,
  );
  const facts = new Map(views.map(({ subject }, at) => [subject, described[at]]));
  return others.map((other, index) => facts.get(index) ?? other);
}
