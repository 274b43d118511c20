import type { z } from 'zod';
import type { ViewIssue } from '../errors.js';
import { excessOf, limits } from './limits.js';
import { viewDefinition } from './view-definition.js';
import type { Select, ViewDefinition } from './view-definition.js';

/** Where a view's element is, as FHIRPath: `ViewDefinition.select[0]`. */
export type ElementPath = string;

export const root: ElementPath = 'ViewDefinition';

/** The structure of a view, or everything that is wrong with it. */
export function readDefinition(
  resource: unknown,
): { readonly view: ViewDefinition } | { readonly issues: readonly ViewIssue[] } {
  const diagnostics = excessOf(resource);
  if (diagnostics !== undefined) return { issues: [{ kind: 'limit', expression: root, diagnostics }] };
  const parsed = viewDefinition.safeParse(resource, { reportInput: true });
  if (!parsed.success) return { issues: parsed.error.issues.map(structureIssue) };
  const issues = structureIssues(parsed.data);
  return issues.length > 0 ? { issues } : { view: parsed.data };
}

function structureIssue(issue: z.core.$ZodIssue): ViewIssue {
  return { kind: 'structure', expression: elementPath(issue.path), diagnostics: diagnosticsOf(issue) };
}

function diagnosticsOf(issue: z.core.$ZodIssue): string {
  const { input } = issue;
  if (issue.code === 'invalid_type') {
    return input === undefined
      ? `is missing; ${issue.expected} expected`
      : `is ${nameOf(input)}; ${issue.expected} expected`;
  }
  return typeof input === 'string' && input !== ''
    ? `"${input.slice(0, 100)}" ${issue.message}`
    : issue.message;
}

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function elementPath(path: readonly PropertyKey[]): ElementPath {
  let expression = root;
  for (const key of path) expression += typeof key === 'number' ? `[${String(key)}]` : `.${String(key)}`;
  return expression;
}

/** Rules on several elements at once, which the schema cannot see. */
function structureIssues(view: ViewDefinition): readonly ViewIssue[] {
  const issues: ViewIssue[] = [];
  const counts = { selects: 0, columns: 0, pathLength: 0 };
  const report = (expression: ElementPath, kind: ViewIssue['kind'], diagnostics: string): void => {
    issues.push({ kind, expression, diagnostics });
  };

  const checkSelect = (select: Select, at: ElementPath, depth: number): void => {
    counts.selects++;
    counts.columns += select.column?.length ?? 0;
    counts.pathLength += pathLength(select);
    if (depth > limits.selectDepth)
      report(at, 'limit', `is nested deeper than ${String(limits.selectDepth)} selects`);
    checkNames(select, selectElements, at, report);
    for (const [index, column] of (select.column ?? []).entries()) {
      checkNames(column, columnElements, `${at}.column[${String(index)}]`, report);
    }
    const iterations = iterationNames.filter((name) => select[name] !== undefined);
    if (iterations.length > 1) {
      report(at, 'iteration', `has ${iterations.join(' and ')}; at most one of them is allowed`);
    }
    for (const [index, child] of (select.select ?? []).entries()) {
      checkSelect(child, `${at}.select[${String(index)}]`, depth + 1);
    }
    for (const [index, branch] of (select.unionAll ?? []).entries()) {
      checkSelect(branch, `${at}.unionAll[${String(index)}]`, depth + 1);
    }
  };

  for (const [index, select] of view.select.entries())
    checkSelect(select, `${root}.select[${String(index)}]`, 1);
  for (const [index, where] of (view.where ?? []).entries()) {
    counts.pathLength += where.path.length;
    checkNames(where, whereElements, `${root}.where[${String(index)}]`, report);
  }
  for (const name of ['selects', 'columns'] as const) {
    if (counts[name] > limits[name]) report(root, 'limit', `has more than ${String(limits[name])} ${name}`);
  }
  if (counts.pathLength > limits.totalPathLength) {
    report(root, 'limit', `has paths of more than ${String(limits.totalPathLength)} characters together`);
  }
  return issues;
}

const iterationNames = ['forEach', 'forEachOrNull', 'repeat'] as const;
const selectElements = new Set(['column', 'select', 'unionAll', ...iterationNames]);
const columnElements = new Set(['name', 'path', 'description', 'collection', 'type', 'tag']);
const whereElements = new Set(['path', 'description']);
const elementsOfAll = new Set(['id', 'extension', 'fhir_comments']);

/** A misspelt `forEach` must not silently give other rows. */
function checkNames(
  element: object,
  names: ReadonlySet<string>,
  at: ElementPath,
  report: (expression: ElementPath, kind: 'structure', diagnostics: string) => void,
): void {
  for (const name of Object.keys(element)) {
    if (names.has(name) || elementsOfAll.has(name) || name.startsWith('_')) continue;
    report(at, 'structure', `has the unknown element "${name}"; expected one of ${[...names].join(', ')}`);
  }
}

function pathLength(select: Select): number {
  const iterated = [select.forEach, select.forEachOrNull, ...(select.repeat ?? [])];
  const paths = [...iterated, ...(select.column ?? []).map((column) => column.path)];
  return paths.reduce((total: number, path) => total + (path?.length ?? 0), 0);
}
