import { didYouMean } from '@millrace/fhir';
import type { OwnBases } from '@millrace/fhir';
import type { ViewColumn } from '../view-column.js';
import type { Constants } from '../definition/constants.js';
import { declaredType } from '../definition/column-type.js';
import { root } from '../definition/read-definition.js';
import type { ElementPath } from '../definition/read-definition.js';
import type { Column, Select, ViewDefinition } from '../definition/view-definition.js';
import type { ViewIssue } from '../errors.js';
import { domainOf, typeOf, unknownType } from '../model/element-type.js';
import type { ElementType } from '../model/element-type.js';
import type { FhirModel } from '../model/fhir-model.js';
import { columnIssues, matchBranches } from './columns.js';
import type { PlacedColumn } from './columns.js';
import { planPath, planRepeatPath } from './plan-path.js';
import type { PathContext } from './plan-path.js';
import type { ReadPath } from './read-path.js';
import type { ColumnPlan, Level, PathPlan, Step, ViewPlan } from './view-plan.js';

export interface PlannedView {
  readonly plan: ViewPlan;
  readonly issues: readonly ViewIssue[];
  /** Its parsed paths, by their text. */
  readonly paths: ReadonlyMap<string, ReadPath>;
}

/** Plans a whole view; the plan is only of use when there are no issues. */
export function planView(
  view: ViewDefinition,
  constants: Constants,
  model: FhirModel,
  bases: OwnBases,
): PlannedView {
  const resource = typeOf(view.resource);
  const context: PathContext = { constants, model, resource, issues: [], paths: new Map() };
  if (!model.isType(view.resource) || !model.isResource(view.resource)) {
    const diagnostics = `is "${view.resource}", which is not a resource type of this FHIR version${didYouMean(view.resource, resourcesOf(model))}`;
    context.issues.push({ kind: 'structure', expression: `${root}.resource`, diagnostics });
  }
  const where = (view.where ?? []).map((condition, index) =>
    planCondition(condition.path, `${root}.where[${String(index)}].path`, context),
  );
  const selects = planSelects(view.select, `${root}.select`, resource, 0, context);
  for (const issue of columnIssues(selects.columns)) context.issues.push(issue);
  const columns = selects.columns.map(({ column }) => column);
  const plan: ViewPlan = { resource: view.resource, bases, columns, where, level: selects.level };
  return { plan, issues: context.issues, paths: context.paths };
}

function resourcesOf(model: FhirModel): readonly string[] {
  return [...model.types].filter((type) => model.isResource(type));
}

function planCondition(path: string, at: ElementPath, context: PathContext): PathPlan {
  const plan = planPath(path, at, context.resource, context);
  const domain = domainOf(plan.type);
  if (domain !== 'boolean' && domain !== 'unknown') {
    const diagnostics = `"${path}" yields ${plan.type.code ?? domain}; expected boolean`;
    context.issues.push({ kind: 'fhirpath', expression: at, diagnostics });
  }
  return plan;
}

/** A level, and the columns it fills in the order of the specification's section "Column ordering". */
interface PlannedSelects {
  readonly level: Level;
  readonly columns: readonly PlacedColumn[];
}

function planSelects(
  selects: readonly Select[],
  at: ElementPath,
  focus: ElementType,
  firstIndex: number,
  context: PathContext,
): PlannedSelects {
  const columns: PlacedColumn[] = [];
  const merged: { columns: ColumnPlan[]; steps: Step[] } = { columns: [], steps: [] };
  for (const [index, select] of selects.entries()) {
    const place = `${at}[${String(index)}]`;
    const planned = planSelect(select, place, focus, firstIndex + columns.length, context);
    for (const column of planned.columns) columns.push(column);
    for (const column of planned.level.columns) merged.columns.push(column);
    for (const step of planned.level.steps) merged.steps.push(step);
  }
  return { level: merged, columns };
}

function planSelect(
  select: Select,
  at: ElementPath,
  focus: ElementType,
  firstIndex: number,
  context: PathContext,
): PlannedSelects {
  const { forEach, forEachOrNull, repeat } = select;
  if (repeat !== undefined) {
    const elements = repeat.map((path, index) => ({ path, element: `${at}.repeat[${String(index)}]` }));
    const start = elements.map(({ path, element }) => planRepeatPath(path, element, focus, context));
    const { type, next } = planWalk(elements, start, context);
    const { columns, level } = planParts(select, at, type, firstIndex, context);
    return { columns, level: { columns: [], steps: [{ kind: 'repeat', start, next, level }] } };
  }
  const iterated = forEach ?? forEachOrNull;
  if (iterated === undefined) return planParts(select, at, focus, firstIndex, context);
  const element = forEach === undefined ? 'forEachOrNull' : 'forEach';
  const path = planPath(iterated, `${at}.${element}`, focus, context);
  const { columns, level } = planParts(select, at, path.type, firstIndex, context);
  const step: Step = { kind: 'forEach', path, orNull: forEach === undefined, level };
  return { columns, level: { columns: [], steps: [step] } };
}

/** Own columns, then nested selects, then the union. */
function planParts(
  select: Select,
  at: ElementPath,
  focus: ElementType,
  firstIndex: number,
  context: PathContext,
): PlannedSelects {
  const own = (select.column ?? []).map((column, index) =>
    planColumn(column, `${at}.column[${String(index)}]`, focus, firstIndex + index, context),
  );
  const nextIndex = firstIndex + own.length;
  const nested = planSelects(select.select ?? [], `${at}.select`, focus, nextIndex, context);
  const union = planUnion(select, at, focus, nextIndex + nested.columns.length, context);
  return {
    columns: [...own.map(({ placed }) => placed), ...nested.columns, ...union.columns],
    level: {
      columns: [...own.map(({ plan }) => plan), ...nested.level.columns],
      steps: [...nested.level.steps, ...union.level.steps],
    },
  };
}

function planUnion(
  select: Select,
  at: ElementPath,
  focus: ElementType,
  firstIndex: number,
  context: PathContext,
): PlannedSelects {
  const branches = (select.unionAll ?? []).map((branch, index) =>
    planSelect(branch, `${at}.unionAll[${String(index)}]`, focus, firstIndex, context),
  );
  if (branches.length === 0) return { columns: [], level: { columns: [], steps: [] } };
  const { columns, issues } = matchBranches(
    branches.map((branch) => branch.columns),
    `${at}.unionAll`,
  );
  for (const issue of issues) context.issues.push(issue);
  const step: Step = { kind: 'union', branches: branches.map((branch) => branch.level) };
  return { columns, level: { columns: [], steps: [step] } };
}

function planColumn(
  column: Column,
  at: ElementPath,
  focus: ElementType,
  index: number,
  context: PathContext,
): { readonly plan: ColumnPlan; readonly placed: PlacedColumn } {
  const path = planPath(column.path, `${at}.path`, focus, context);
  const collection = column.collection ?? false;
  const described: ViewColumn = {
    name: column.name,
    fhirType: declaredType(column) ?? path.type.code,
    collection,
    ansiType: column.tag?.find((tag) => tag.name === 'ansi/type')?.value,
  };
  return {
    plan: { index, name: column.name, collection, path },
    placed: { column: described, isDeclared: column.type !== undefined, element: at },
  };
}

/**
 * Types the items of a walk. `answer.item` finds nothing in a QuestionnaireResponse, but it does in the items
 * that `item` finds there, so the paths are typed again on their first results.
 */
function planWalk(
  elements: readonly { readonly path: string; readonly element: ElementPath }[],
  start: readonly PathPlan[],
  context: PathContext,
): { readonly type: ElementType; readonly next: readonly PathPlan[] } {
  const quiet: PathContext = { ...context, issues: [] };
  const found = commonType(start);
  const next = elements.map(({ path, element }) => planPath(path, element, found, quiet));
  const type = commonType([...start, ...next]);
  if (type.path === found.path) return { type, next };
  return { type, next: elements.map(({ path, element }) => planPath(path, element, type, quiet)) };
}

/** The one type that the paths agree on, leaving aside those that are unknown. */
function commonType(paths: readonly PathPlan[]): ElementType {
  const known = paths.map((path) => path.type).filter((type) => type.path !== undefined);
  const [first] = known;
  return first !== undefined && known.every((type) => type.path === first.path) ? first : unknownType;
}
