import { caselessLength } from '@millrace/fhir';
import type { OwnBases } from '@millrace/fhir';
import {
  COLUMN_COLLECTION,
  COLUMN_NUMBERS,
  COLUMN_ROW_INDEX,
  MOST_COLUMNS,
  MOST_VIEWS,
  NODE_NO_ARRAY,
  OP_NONE,
} from '../program-format.js';
import type { Instruction, ScanColumn, ScanLevel, ScanProgram, ScanStep, ScanView } from '../program.js';
import { domainOf } from '@millrace/viewdef';
import type { ColumnPlan, Level, PathPlan, Step, ViewPlan } from '@millrace/viewdef';
import { Declined } from './declined.js';
import type { Decline } from './declined.js';
import { translate } from './instructions.js';
import type { Focus, Translated } from './instructions.js';
import { childrenOf, createPlace, nodesOf, unite } from './key-trie.js';
import { translateFilter } from './translate-filter.js';
import type { FilterPlan } from './translate-filter.js';

/** Output format of the rows. For Parquet the scan writes cells, which the encoder takes. */
export type ScanFormat = 'csv' | 'ndjson' | 'json' | 'parquet';

/** A program for all views of a pass, or the reasons why there is no program. */
export type Translation = { readonly program: ScanProgram } | { readonly declines: readonly Decline[] };

/**
 * Translates views of one resource type, and a filter of the resources, into one program with one trie. There
 * is no program if the scan cannot evaluate one of the views exactly as generated code does. If the views
 * together are too much, the last one is declined.
 */
export function translateViews(
  plans: readonly ViewPlan[],
  format: ScanFormat,
  filter?: FilterPlan,
): Translation {
  const declines: Decline[] = [];
  try {
    const program = translatePlans(plans, format, filter, declines);
    return declines.length === 0 ? { program } : { declines };
  } catch (error) {
    if (!(error instanceof Declined)) throw error;
    const decline = { view: Math.max(0, plans.length - 1), expression: undefined, reason: error.message };
    return { declines: declines.length === 0 ? [decline] : declines };
  }
}

function translatePlans(
  plans: readonly ViewPlan[],
  format: ScanFormat,
  filter: FilterPlan | undefined,
  declines: Decline[],
): ScanProgram {
  const [first] = plans;
  if (first === undefined || plans.length > MOST_VIEWS) {
    throw new Declined(`it takes 1 to ${MOST_VIEWS} views at once, not ${plans.length}`);
  }
  if (plans.some(({ resource }) => resource !== first.resource))
    throw new Declined('it takes views of one resource type only');
  const { bases } = first;
  if ([...plans, ...(filter === undefined ? [] : [filter])].some((other) => !areEqual(other.bases, bases)))
    throw new Declined('it takes views and a filter of one source only');
  const root = createPlace();
  const keys: string[] = [];
  const keyNumber = (key: string): number => {
    // The kernel takes a key with a short escape, as `\n`, for one that is not read.
    if (/["\\/\b\f\n\r\t]/.test(key)) throw new Declined(`it does not read the key ${JSON.stringify(key)}`);
    const known = keys.indexOf(key);
    return known === -1 ? keys.push(key) - 1 : known;
  };
  childrenOf([root], 'resourceType', NODE_NO_ARRAY);
  const focus: Focus = { self: [root], resource: root, keyNumber };
  const views = plans.map((plan, view) =>
    translateView(plan, format, {
      ...focus,
      decline: (path, reason) => {
        const { element, text } = path;
        // The paths of `repeat` are translated twice.
        const isKnown = declines.some(
          (known) => known.view === view && known.expression?.element === element,
        );
        if (!isKnown) declines.push({ view, expression: { element, path: text }, reason });
      },
    }),
  );
  if (filter === undefined) {
    return { resource: first.resource, keys, nodes: nodesOf(root, keyNumber), views, bases: basesOf(first) };
  }
  // The filter is translated twice: a line is walked for the filter and the views together, or for the filter
  // alone.
  translateFilter(filter, focus);
  const own = createPlace();
  childrenOf([own], 'resourceType', NODE_NO_ARRAY);
  const filtered = translateFilter(filter, { self: [own], resource: own, keyNumber });
  const nodes = nodesOf(root, keyNumber);
  const ownNodes = nodesOf(own, keyNumber, nodes.length);
  return {
    resource: first.resource,
    keys,
    views,
    nodes: [...nodes, ...ownNodes],
    bases: basesOf(first),
    filter: { ...filtered, root: nodes.length },
  };
}

function areEqual(one: OwnBases, other: OwnBases): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function basesOf({ bases }: ViewPlan): NonNullable<ScanProgram['bases']> {
  return bases === 'any' ? bases : bases.map((text) => ({ text, caseless: caselessLength(text) }));
}

/** Where a view is translated, and who is told of a path that cannot be; translation then goes on without it. */
interface ViewFocus extends Focus {
  decline(path: PathPlan, reason: string): void;
}

function translateView(plan: ViewPlan, format: ScanFormat, focus: ViewFocus): ScanView {
  if (plan.columns.length > MOST_COLUMNS)
    throw new Declined(`it takes ${MOST_COLUMNS} columns of a view, not ${plan.columns.length}`);
  const where = plan.where.map((path) => translatePath(path, focus).instruction);
  const columns = plan.columns.map(({ name }) => name);
  return {
    format: format === 'parquet' ? 'cells' : format,
    columns,
    where,
    level: translateLevel(plan.level, focus),
  };
}

function translatePath(path: PathPlan, focus: ViewFocus): Translated {
  const { expression, outside } = path;
  try {
    if (expression === undefined) throw new Declined(`only fhirpath.js has ${outside ?? 'it'}`);
    return translate(expression, focus);
  } catch (error) {
    if (!(error instanceof Declined)) throw error;
    focus.decline(path, error.message);
    return { instruction: { op: OP_NONE, operands: [] }, places: [] };
  }
}

function translateLevel(level: Level, focus: ViewFocus): ScanLevel {
  return {
    columns: level.columns.map((column) => translateColumn(column, focus)),
    steps: level.steps.map((step) => translateStep(step, focus)),
  };
}

function translateColumn({ index, collection, path }: ColumnPlan, focus: ViewFocus): ScanColumn {
  const domain = domainOf(path.type);
  if (domain === 'other')
    focus.decline(path, `it writes no objects, such as a cell of ${path.type.code ?? ''}`);
  const keepsNumbers = domain === 'number' || domain === 'unknown';
  const flags =
    (collection ? COLUMN_COLLECTION : 0) |
    (keepsNumbers ? COLUMN_NUMBERS : 0) |
    (path.expression?.kind === 'rowIndex' ? COLUMN_ROW_INDEX : 0);
  return { cell: index, expression: translatePath(path, focus).instruction, flags };
}

function translateStep(step: Step, focus: ViewFocus): ScanStep {
  switch (step.kind) {
    case 'forEach': {
      const path = translatePath(step.path, focus);
      const level = translateLevel(step.level, { ...focus, self: path.places });
      return { kind: 'forEach', orNull: step.orNull, path: path.instruction, level };
    }
    case 'union':
      return { kind: 'union', branches: step.branches.map((branch) => translateLevel(branch, focus)) };
    case 'repeat': {
      const start = step.start.map((path) => translatePath(path, focus));
      const below = unite(start.flatMap(({ places }) => places));
      const next = step.next.map((path) => translatePath(path, { ...focus, self: [below] }));
      const all = unite([below, ...next.flatMap(({ places }) => places)]);
      const level = translateLevel(step.level, { ...focus, self: [all] });
      return { kind: 'repeat', start: instructionsOf(start), next: instructionsOf(next), level };
    }
    default:
      return step satisfies never;
  }
}

function instructionsOf(translated: readonly Translated[]): readonly Instruction[] {
  return translated.map(({ instruction }) => instruction);
}
