import type { Level, PathPlan, Step, ViewPlan } from '../ir/view-plan.js';
import { mayBePrimitive } from '../model/element-type.js';
import { columnNulls, generateColumns } from './generate-columns.js';
import { generatePathItems, numberOf } from './generate-path.js';
import type { LevelScope, PathNumbers } from './generate-path.js';
import { generators, isSingle } from './generate-scalar.js';
import { noCompanion } from './emit-item.js';
import { freshName, quote } from './source-text.js';
import type { Module, SourceText } from './source-text.js';

/**
 * The JavaScript of one view: declarations, then `evaluate(resource, emit)`.
 *
 * The rows of a level are the product of its steps: each step runs the code of those after it once for each of
 * its items, and the last emits the row, whose cells were set on the way.
 */
export function generateView(plan: ViewPlan, paths: PathNumbers, module: Module): SourceText {
  const scope: LevelScope = {
    module,
    paths,
    self: 'r',
    selfCompanion: noCompanion,
    selfPath: quote(plan.resource),
    rowIndex: '0',
    live: ['r', 'emit'],
  };
  const conditions = plan.where.map((path) => condition(path, scope)).join('\n');
  const body = generateLevel(plan.level, scope, () => 'emit(row);');
  return `"use strict";
const row = [${plan.columns.map(() => 'null').join(', ')}];
${module.declarations.join('\n')}
return function evaluate(r, emit) {
if (r.resourceType !== ${quote(plan.resource)}) return;
${conditions}
${body}
};`;
}

/** The usual condition yields one boolean; any other result takes a slower path. */
function condition(path: PathPlan, scope: LevelScope): SourceText {
  const at = numberOf(path, scope);
  const { expression } = path;
  if (expression !== undefined && isSingle(expression)) {
    const { setup, value } = generators.scalar(expression, { ...scope, resource: 'r', at });
    const found = freshName(scope.module, 'w');
    return `{ ${setup} const ${found} = ${value};
if (${found} !== true && !rt.passes(${found} === undefined ? [] : [${found}], ${String(at)})) return; }`;
  }
  const list = freshName(scope.module, 'w');
  const items = generatePathItems(path, scope, (item) => `${list}.push(${item});`);
  return `{ const ${list} = []; ${items} if (!rt.passes(${list}, ${String(at)})) return; }`;
}

/** Statements that run for each row of the steps before. */
type Continuation = () => SourceText;

function generateLevel(level: Level, scope: LevelScope, rest: Continuation): SourceText {
  return `${generateColumns(level.columns, scope)}\n${generateSteps(level.steps, scope, rest)}`;
}

function generateSteps(steps: readonly Step[], scope: LevelScope, rest: Continuation): SourceText {
  const [step, ...others] = steps;
  if (step === undefined) return rest();
  const after: Continuation = () => generateSteps(others, scope, rest);
  switch (step.kind) {
    case 'forEach':
      return forEach(step, scope, after);
    case 'repeat':
      return repeat(step, scope, after);
    case 'union': {
      const next = shared(after, scope);
      return step.branches.map((branch) => `{ ${generateLevel(branch, scope, next)} }`).join('\n');
    }
    default:
      return step satisfies never;
  }
}

function forEach(
  step: Extract<Step, { kind: 'forEach' }>,
  scope: LevelScope,
  after: Continuation,
): SourceText {
  const next = step.orNull ? shared(after, scope) : after;
  const count = freshName(scope.module, 'n');
  const items = generatePathItems(step.path, scope, (item, companion, itemPath) => {
    const focus = focusOf(step.path, companion, itemPath, scope);
    const index = freshName(scope.module, 'x');
    const inner = within(scope, item, focus, index);
    return `${focus.setup} const ${index} = ${count}++; ${generateLevel(step.level, inner, next)}`;
  });
  const none = step.orNull ? `if (${count} === 0) { ${columnNulls(step.level)} ${next()} }` : '';
  return `{ let ${count} = 0; ${items} ${none} }`;
}

/**
 * A walk is a function that visits an item and then calls itself for the items below. Its row index belongs
 * to the module: a walk is never entered again before it has ended.
 */
function repeat(step: Extract<Step, { kind: 'repeat' }>, scope: LevelScope, after: Continuation): SourceText {
  const { module, live, paths } = scope;
  const visit = freshName(module, 'visit');
  const [item, companion, path] = [freshName(module, 'e'), freshName(module, 'k'), freshName(module, 'p')];
  const [count, index, depth] = [freshName(module, 'n'), freshName(module, 'x'), freshName(module, 'd')];
  const inner = within(scope, item, { companion, path }, index);
  const body = generateLevel(step.level, inner, after);
  const call =
    (level: SourceText) =>
    (...found: readonly SourceText[]): SourceText =>
      `${visit}(${[...found, level, ...live].join(', ')});`;
  const below = step.next
    .map((next) => generatePathItems(next, inner, call(`${depth} + 1`)))
    .map((items) => `{ ${items} }`);
  const at = String(step.start[0] === undefined ? 0 : (paths.get(step.start[0]) ?? 0));
  module.declarations.push(`let ${count} = 0;
function ${visit}(${[item, companion, path, depth, ...live].join(', ')}) {
rt.tooDeep(${depth}, ${at});
const ${index} = ${count}++;
{ ${body} }
${below.join('\n')}
}`);
  const start = step.start.map((first) => `{ ${generatePathItems(first, scope, call('1'))} }`);
  return `${count} = 0;\n${start.join('\n')}`;
}

/** The facts about a focus besides the item itself: a literal or a variable each. */
interface Focus {
  readonly companion: SourceText;
  readonly path: SourceText;
}

/** Names for the companion and the path of an item, unless they are known. They may be parameters. */
function focusOf(
  { expression, type }: PathPlan,
  companion: SourceText,
  itemPath: SourceText,
  { module }: LevelScope,
): Focus & { readonly setup: SourceText } {
  const isTree = expression !== undefined && !mayBePrimitive(type);
  if (isTree) return { companion: noCompanion, path: itemPath, setup: '' };
  const named = freshName(module, 'k');
  if (expression !== undefined)
    return { companion: named, path: itemPath, setup: `const ${named} = ${companion};` };
  const path = freshName(module, 'p');
  return { companion: named, path, setup: `const ${named} = ${companion}, ${path} = ${itemPath};` };
}

function within(
  scope: LevelScope,
  self: SourceText,
  { companion, path }: Focus,
  rowIndex: SourceText,
): LevelScope {
  const names = [self, companion, path, rowIndex].filter((name) => /^[a-z]+\d+$/.test(name));
  const live = [...scope.live, ...names];
  return { ...scope, self, selfCompanion: companion, selfPath: path, rowIndex, live };
}

/** Code that several places continue with becomes a function, so that it is not repeated in each of them. */
function shared(rest: Continuation, scope: LevelScope): Continuation {
  const code = rest();
  if (code.length <= shortCode) return () => code;
  const name = freshName(scope.module, 'then');
  const parameters = scope.live.join(', ');
  scope.module.declarations.push(`function ${name}(${parameters}) { ${code} }`);
  return () => `${name}(${parameters});`;
}

/** No longer than the call that would stand for it. */
const shortCode = 30;
