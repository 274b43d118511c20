import type { Comparison, Expression } from '../ir/expression.js';
import { mayBeElement } from '../ir/elements.js';
import { generateItems } from './generate-items.js';
import type { Generators, Scalar, Scope } from './generate-items.js';
import { noCompanion } from './emit-item.js';
import { freshName, isEmpty, quote } from './source-text.js';
import type { SourceText } from './source-text.js';

type ComparisonExpression = Extract<Expression, { kind: 'equal' | 'order' }>;

interface Operands {
  readonly generators: Generators;
  isSingle(expression: Expression): boolean;
  comparand(expression: Expression, scope: Scope): Scalar;
}

/**
 * `=`, `!=` and the order operators. The result is undefined, for empty, when a side is empty. An element without value is
 * equal to no value, and has no order.
 */
export function generateComparison(
  expression: ComparisonExpression,
  scope: Scope,
  operands: Operands,
): Scalar {
  return expression.kind === 'equal'
    ? equality(expression, scope, operands)
    : order(expression, scope, operands);
}

/** One side of an equality: its first item and, if the data may have more, all of them; with companions if they count. */
interface Side {
  readonly setup: SourceText;
  readonly first: SourceText;
  readonly all: SourceText | undefined;
  readonly companion: SourceText;
}

function equality(
  expression: Extract<ComparisonExpression, { kind: 'equal' }>,
  scope: Scope,
  operands: Operands,
): Scalar {
  // A calculated value is equal to an element by value alone.
  const areElements = mayBeElement(expression.left) && mayBeElement(expression.right);
  const sideOf = areElements ? elementSide : side;
  const left = sideOf(expression.left, scope, operands);
  const right = sideOf(expression.right, scope, operands);
  const result = freshName(scope.module, 'b');
  const values = equalItems(expression.as, left.first, right.first);
  const one = areElements
    ? `rt.equalWithCompanions(${values}, ${left.companion}, ${right.companion})`
    : values;
  const equalAll = areElements ? 'rt.equalElements' : 'rt.equalLists';
  const listOf = areElements ? elementsOf : itemsOf;
  const lists = `${equalAll}(${listOf(left)}, ${listOf(right)}, ${quote(expression.as)})`;
  const severals = [left.all, right.all]
    .filter((all) => all !== undefined)
    .map((all) => `${all} !== undefined`);
  const compared = severals.length === 0 ? one : `${severals.join(' || ')} ? ${lists} : ${one}`;
  const isNothing = `${left.first} === undefined || ${right.first} === undefined`;
  const setup = `${left.setup} ${right.setup} const ${result} = ${isNothing} ? undefined : ${compared};`;
  const value = expression.negated ? `(${result} === undefined ? undefined : !${result})` : result;
  return { setup, value };
}

function side(expression: Expression, scope: Scope, operands: Operands): Side {
  const first = freshName(scope.module, 'c');
  if (operands.isSingle(expression)) {
    const { setup, value } = operands.comparand(expression, scope);
    const found = `${setup} const ${first} = ${value};`;
    return { setup: found, first, all: undefined, companion: noCompanion };
  }
  const all = freshName(scope.module, 'd');
  const items = generateItems(
    expression,
    scope,
    (item) => `if (${first} === undefined) ${first} = ${item}; else (${all} ??= [${first}]).push(${item});`,
    operands.generators,
  );
  return { setup: `let ${first}, ${all}; ${items}`, first, all, companion: noCompanion };
}

function elementSide(expression: Expression, scope: Scope, operands: Operands): Side {
  const { module } = scope;
  const [first, all] = [freshName(module, 'c'), freshName(module, 'd')];
  const companion = freshName(module, 'k');
  const add = (item: SourceText, beside: SourceText): SourceText => `if (${first} === undefined) {
${first} = ${item}; ${companion} = ${beside};
} else {
${all} ??= { items: [${first}], companions: [${companion}] };
${all}.items.push(${item}); ${all}.companions.push(${beside});
}`;
  const items = generateItems(expression, scope, add, operands.generators);
  return { setup: `let ${first}, ${all}, ${companion}; ${items}`, first, all, companion };
}

function itemsOf({ first, all }: Side): SourceText {
  return all === undefined ? `[${first}]` : `(${all} ?? [${first}])`;
}

function elementsOf({ first, all, companion }: Side): SourceText {
  return `(${all ?? 'undefined'} ?? { items: [${first}], companions: [${companion}] })`;
}

/**
 * Compares items. Different values may still be equal unless both are text, because a number has many forms,
 * and may stand where text is expected.
 */
function equalItems(as: Comparison, left: SourceText, right: SourceText): SourceText {
  switch (as) {
    case 'text':
    case 'boolean':
    case 'number':
      return `(${left} === ${right} || (typeof ${left} !== typeof ${right} || typeof ${left} === "object") && rt.equalItems(${left}, ${right}, ${quote(as)}))`;
    case 'moment':
    case 'time':
      return `rt.equalItems(${left}, ${right}, ${quote(as)})`;
    default:
      return as satisfies never;
  }
}

function order(
  expression: Extract<ComparisonExpression, { kind: 'order' }>,
  scope: Scope,
  operands: Operands,
): Scalar {
  const left = operands.comparand(expression.left, scope);
  const right = operands.comparand(expression.right, scope);
  const l = freshName(scope.module, 'c');
  const r = freshName(scope.module, 'c');
  const compared = freshName(scope.module, 'o');
  const general = `rt.compareItems(${l}, ${r}, ${quote(expression.as)}, ${String(scope.at)})`;
  const fast =
    expression.as === 'number'
      ? `typeof ${l} === "number" && typeof ${r} === "number" ? ${l} - ${r} : ${general}`
      : general;
  const setup = `${left.setup} ${right.setup} const ${l} = ${left.value}, ${r} = ${right.value};
const ${compared} = ${isEmpty(l)} || ${isEmpty(r)} ? undefined : ${fast};`;
  return { setup, value: `(${compared} === undefined ? undefined : ${compared} ${expression.operator} 0)` };
}
