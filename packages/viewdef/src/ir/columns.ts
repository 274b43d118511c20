import type { ViewColumn } from '../view-column.js';
import { root } from '../definition/read-definition.js';
import type { ElementPath } from '../definition/read-definition.js';
import type { ViewIssue } from '../errors.js';
import { domainOf, typeOf } from '../model/element-type.js';

/** A column, and the element of the view that defines it. */
export interface PlacedColumn {
  readonly column: ViewColumn;
  /** False when its type comes from the FHIR model. */
  readonly isDeclared: boolean;
  readonly element: ElementPath;
}

/** Rules on the columns of the whole view: there is one, and no name is used twice. */
export function columnIssues(columns: readonly PlacedColumn[]): readonly ViewIssue[] {
  if (columns.length === 0) {
    return [{ kind: 'columns', expression: `${root}.select`, diagnostics: 'defines no columns' }];
  }
  const seen = new Map<string, ElementPath>();
  const issues: ViewIssue[] = [];
  for (const { column, element } of columns) {
    const first = seen.get(column.name);
    if (first === undefined) seen.set(column.name, element);
    else {
      const diagnostics = `repeats the column name "${column.name}" of ${first}`;
      issues.push({ kind: 'columns', expression: `${element}.name`, diagnostics });
    }
  }
  return issues;
}

/**
 * The columns of a `unionAll`: every branch must have the names of the first, in the same order, and values of
 * the same kind.
 */
export function matchBranches(
  branches: readonly (readonly PlacedColumn[])[],
  at: ElementPath,
): { readonly columns: readonly PlacedColumn[]; readonly issues: readonly ViewIssue[] } {
  const [first = [], ...others] = branches;
  const issues: ViewIssue[] = [];
  const wanted = namesOf(first);
  for (const [index, branch] of others.entries()) {
    const expression = `${at}[${String(index + 1)}]`;
    const names = namesOf(branch);
    if (names !== wanted) {
      const diagnostics = `has the columns (${names}); expected (${wanted}) as in the first branch`;
      issues.push({ kind: 'columns', expression, diagnostics });
    } else {
      for (const issue of typeIssues(first, branch)) issues.push(issue);
    }
  }
  return { columns: first.map((column, index) => withKnownType(column, others, index)), issues };
}

function namesOf(columns: readonly PlacedColumn[]): string {
  return columns.map(({ column }) => column.name).join(', ');
}

function typeIssues(first: readonly PlacedColumn[], branch: readonly PlacedColumn[]): readonly ViewIssue[] {
  const issues: ViewIssue[] = [];
  for (const [index, { column, element, isDeclared }] of branch.entries()) {
    const model = first[index];
    if (model === undefined) continue;
    if (column.collection !== model.column.collection) {
      const diagnostics = `has collection ${String(column.collection)}; expected ${String(model.column.collection)} as in the first branch`;
      issues.push({ kind: 'columns', expression: element, diagnostics });
    }
    if (isDeclared && model.isDeclared && kindOf(column) !== kindOf(model.column)) {
      const diagnostics = `has type ${column.fhirType ?? ''}; expected ${model.column.fhirType ?? ''} as in the first branch`;
      issues.push({ kind: 'columns', expression: `${element}.type`, diagnostics });
    } else if (isMixed(column, model.column)) {
      const diagnostics = `yields ${column.fhirType ?? ''}, and the first branch ${model.column.fhirType ?? ''}: a column has values of one type`;
      issues.push({ kind: 'type', expression: `${element}.path`, diagnostics });
    }
  }
  return issues;
}

/** Whether the types of two columns, as far as they are known, are written as different kinds of value. */
function isMixed(column: ViewColumn, other: ViewColumn): boolean {
  const [one, two] = [writtenAs(column), writtenAs(other)];
  return one !== undefined && two !== undefined && one !== two;
}

/** The kind of JSON value that a primitive type is written as; undefined for other and unknown types. */
function writtenAs({ fhirType }: ViewColumn): 'text' | 'number' | 'boolean' | undefined {
  if (fhirType === undefined) return undefined;
  const domain = domainOf(typeOf(fhirType));
  if (domain === 'moment' || domain === 'time') return 'text';
  return domain === 'text' || domain === 'number' || domain === 'boolean' ? domain : undefined;
}

/** Codes and strings may meet in a column, numbers and text may not. */
function kindOf(column: ViewColumn): string {
  const code = column.fhirType ?? '';
  const domain = domainOf(typeOf(code));
  return domain === 'other' || domain === 'number' ? code : domain;
}

/** An untyped column of the first branch takes the type of the first branch that knows it. */
function withKnownType(
  placed: PlacedColumn,
  others: readonly (readonly PlacedColumn[])[],
  index: number,
): PlacedColumn {
  if (placed.column.fhirType !== undefined) return placed;
  const typed = others.find((branch) => branch[index]?.column.fhirType !== undefined)?.[index];
  return typed === undefined
    ? placed
    : { ...placed, column: { ...placed.column, fhirType: typed.column.fhirType } };
}
