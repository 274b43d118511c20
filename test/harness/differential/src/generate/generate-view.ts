import type { Random } from '../random.js';
import { generateColumn } from './generate-column.js';
import { generateConstants, namesByType } from './generate-constants.js';
import { generateColumnType } from './generate-column-type.js';
import { condition, pathToObjects, pathToValue } from './generate-path.js';
import type { Dialect, PathScope } from './generate-path.js';

export interface GeneratedView {
  readonly resource: string;
  readonly [element: string]: unknown;
}

interface Select {
  column?: readonly object[];
  forEach?: string;
  forEachOrNull?: string;
  repeat?: readonly string[];
  select?: readonly Select[];
  unionAll?: readonly Select[];
}

/** A ViewDefinition. Now and then one is refused, because a path combines types that do not fit. */
export function generateView(resource: string, dialect: Dialect, random: Random): GeneratedView {
  const constant = random.chance(30) ? generateConstants(random) : [];
  const scope = { dialect, random, type: resource, constants: namesByType(constant) };
  const names = createNames();
  const where = random.chance(25) ? [{ path: condition(scope) }] : [];
  const select = Array.from({ length: 1 + random.below(3) }, () => generateSelect(scope, names, 0));
  return {
    resource,
    ...(constant.length > 0 ? { constant } : {}),
    ...(where.length > 0 ? { where } : {}),
    select,
  };
}

function createNames(): () => string {
  let count = 0;
  return () => `c${(count += 1)}`;
}

function generateSelect(scope: PathScope, names: () => string, depth: number): Select {
  const { random } = scope;
  const focus = focusOf(scope, depth);
  const inner = { ...scope, type: focus.type };
  const columns = (): object[] =>
    Array.from({ length: 1 + random.below(4) }, () => namedColumn(inner, names()));
  const more: Select = {};
  if (depth < 3 && random.chance(25)) more.select = [generateSelect(inner, names, depth + 1)];
  if (depth < 3 && random.chance(15)) more.unionAll = generateUnion(inner, names, depth + 1);
  return { ...focus.element, column: columns(), ...more };
}

function namedColumn(scope: PathScope, name: string): object {
  const { path, collection, type } = generateColumn(scope);
  return { name, path, ...(collection ? { collection } : {}), ...generateColumnType(type, scope.random) };
}

function focusOf(scope: PathScope, depth: number): { readonly element: Select; readonly type: string } {
  const { random, type } = scope;
  const isRecursive = /^QuestionnaireResponse(\.item)?$/.test(type);
  if (isRecursive && random.chance(35)) {
    const paths = random.pick([['item'], ['item', 'answer.item'], ['item.first()']]);
    return { element: { repeat: paths }, type: 'QuestionnaireResponse.item' };
  }
  const isLeaf = random.chance(10);
  const items =
    random.chance(depth === 0 ? 45 : 70) || isLeaf
      ? (isLeaf ? pathToValue : pathToObjects)(scope)
      : undefined;
  if (items === undefined) return { element: {}, type };
  const key = random.pick(['forEach', 'forEachOrNull']);
  return { element: { [key]: items.text }, type: items.type };
}

/** Branches need the same columns; the same paths from another focus would not be understood. */
function generateUnion(scope: PathScope, names: () => string, depth: number): Select[] {
  const { random } = scope;
  const first = names();
  const second = names();
  return Array.from({ length: 1 + random.below(3) }, () => {
    const focus = focusOf(scope, depth);
    const inner = { ...scope, type: focus.type };
    const column = [
      { name: first, path: random.pick(["'branch'", '%resource.id', '$this.id']) },
      { name: second, path: condition(inner) },
    ];
    return { ...focus.element, column };
  });
}
