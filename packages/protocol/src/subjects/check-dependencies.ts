import { nameOfCanonical, repeatedColumn, tableColumn } from '@millrace/sqlquery';
import type { ResolvedArtefact, SqlColumn } from '@millrace/sqlquery';
import type { Fault } from '../errors/fault.js';
import type { CheckViews, Target, ViewFault, ViewVerdict } from './check-view.js';
import type { ResolvedSubject } from './resolve-subjects.js';
import { asViewDefinition } from './subject-kind.js';
import { elementOf, faultsOfView, unprocessable, verdictFrom } from './view-verdicts.js';

export interface CheckedDependencies {
  /** The columns of the views without faults, as tables. */
  readonly columns: ReadonlyMap<ResolvedArtefact, readonly SqlColumn[]>;
  readonly faults: readonly Fault[];
  /** How many faults there are beside these. */
  readonly unlisted: number;
  /** Warnings about the views without faults. */
  readonly warnings: readonly Placed[];
  /** How many there are beside these. */
  readonly unnoticed: number;
}

interface Placed {
  readonly diagnostics: string;
  readonly expression?: string;
}

/** Compiles the views that SQL depends on, all together, for the Parquet files that SQL will read. */
export async function checkDependencies(
  artefacts: readonly ResolvedArtefact[],
  subjects: readonly (ResolvedSubject | undefined)[],
  { fhirVersion, handling }: Omit<Target, 'format'>,
  checkViews: CheckViews,
): Promise<CheckedDependencies> {
  const views = artefacts
    .filter(({ kind }) => kind === 'ViewDefinition')
    .map((artefact) => ({ artefact, view: asViewDefinition(artefact.resource) }));
  const columns = new Map<ResolvedArtefact, readonly SqlColumn[]>();
  const faults: Fault[] = [];
  const warnings: Placed[] = [];
  if (views.length === 0) return { columns, faults, unlisted: 0, warnings, unnoticed: 0 };
  const target = { fhirVersion, handling, format: 'parquet', describesColumns: true } as const;
  const verdicts = (
    await checkViews(
      views.map(({ view }) => view),
      target,
    )
  ).values();
  let unlisted = 0;
  let unnoticed = 0;
  for (const { artefact, view } of views) {
    const verdict = verdictFrom(verdicts);
    const expression = subjects[artefact.subject]?.form.expression;
    const found = faultsOfView(view, fhirVersion, verdict);
    const described = found.faults.length > 0 ? [] : tableColumns(verdict);
    const inSql = repeatedFault(described);
    for (const fault of [...found.faults, ...inSql])
      faults.push(unprocessable(fault, placed(fault, artefact, expression)));
    if (found.faults.length > 0) {
      unlisted += found.unlisted;
    } else if (inSql.length === 0) {
      columns.set(artefact, described);
      for (const warning of verdict.warnings) warnings.push(placed(warning, artefact, expression));
      unnoticed += verdict.warningsTotal - verdict.warnings.length;
    }
  }
  return { columns, faults, unlisted, warnings, unnoticed };
}

function tableColumns({ columns }: ViewVerdict): readonly SqlColumn[] {
  if (columns === undefined) throw new Error('a view that can be run has no columns');
  return columns.map(tableColumn);
}

function repeatedFault(columns: readonly SqlColumn[]): readonly ViewFault[] {
  const repeated = repeatedColumn(columns);
  if (repeated === undefined) return [];
  const [first, second] = repeated;
  const diagnostics = `the columns ${first} and ${second} have one name in SQL, where case counts for nothing`;
  return [{ expression: 'ViewDefinition.select', diagnostics }];
}

/**
 * The element is part of the expression only where the view is part of the request; for a stored view the expression is the
 * subject that needs it. The message names the dependency.
 *
 * @param subject expression of that subject; undefined where the URL names it
 */
function placed(
  fault: ViewFault,
  { canonical, suppliedAs }: ResolvedArtefact,
  subject: string | undefined,
): Placed {
  const element = elementOf(fault);
  const where = element === '' ? '' : `${element}: `;
  const diagnostics = `the dependency ${nameOfCanonical(canonical)}: ${where}${fault.diagnostics}`;
  if (suppliedAs === undefined)
    return { diagnostics, ...(subject === undefined ? {} : { expression: subject }) };
  return { diagnostics, expression: element === '' ? suppliedAs : `${suppliedAs}.${element}` };
}
