import type { Conversion, Expression } from '../ir/expression.js';
import { numberOf } from '../json/exact-parser.js';
import { fromDecimal, toDecimal } from '../values/numbers.js';
import { generateComparison } from './generate-comparison.js';
import { generateItems, within } from './generate-items.js';
import type { Generators, Scalar, Scope } from './generate-items.js';
import { freshName, isEmpty, quote, valueReference } from './source-text.js';
import type { Module, SourceText } from './source-text.js';

export const generators: Generators = { scalar: generateScalar };

/** Whether an expression yields one item at most, for any data. */
export function isSingle(expression: Expression): boolean {
  return !collections.has(expression.kind);
}

const collections: ReadonlySet<Expression['kind']> = new Set<Expression['kind']>([
  'field',
  'where',
  'select',
  'skip',
  'ofResourceType',
  'resourceKey',
  'referenceKey',
  'conditional',
]);

/** An expression that is expected to yield one item at most, which is null without a value; several are a fault. */
function generateScalar(expression: Expression, scope: Scope): Scalar {
  const { module } = scope;
  switch (expression.kind) {
    case 'literal':
      return { setup: '', value: literalSource(expression, module) };
    case 'rowIndex':
      return { setup: '', value: scope.rowIndex };
    case 'this':
      return { setup: '', value: scope.self };
    case 'exists':
      return flagged(
        false,
        (flag, done) => generateItems(expression.input, scope, () => `${flag} = true; ${done}`, generators),
        module,
      );
    case 'all':
      return flagged(
        true,
        (flag, done) =>
          generateItems(
            expression.input,
            scope,
            (item, companion) => {
              const criteria = generateScalar(expression.criteria, within(scope, item, companion));
              return `${criteria.setup} if (${criteria.value} !== true) { ${flag} = false; ${done} }`;
            },
            generators,
          ),
        module,
      );
    case 'not': {
      const { setup, value } = generateScalar(expression.operand, scope);
      if (expression.operand.kind === 'exists') return { setup, value: `!${value}` };
      return named(module, setup, value, (name) => `${isEmpty(name)} ? undefined : ${name} === false`);
    }
    case 'logic':
      return logic(expression, scope);
    case 'equal':
    case 'order':
      return generateComparison(expression, scope, { generators, isSingle, comparand });
    case 'count': {
      const count = freshName(module, 'n');
      const items = generateItems(expression.input, scope, () => `${count}++;`, generators);
      return { setup: `let ${count} = 0; ${items}`, value: count };
    }
    case 'arithmetic':
    case 'concatenate':
    case 'unordered':
      return combination(expression, scope);
    case 'negate':
      return applied(expression.operand, scope, (value) => `rt.negate(${value}, ${String(scope.at)})`);
    case 'join':
      return joined(expression, scope);
    case 'text':
      return textual(expression, scope);
    case 'conversion':
      return applied(expression.input, scope, conversions[expression.to]);
    case 'boundary': {
      const { side, of, precision } = expression;
      const rest = `${precision === undefined ? 'undefined' : String(precision)}, ${String(scope.at)}`;
      return applied(
        expression.input,
        scope,
        (value) => `rt.boundary(${quote(side)}, ${quote(of)}, ${value}, ${rest})`,
      );
    }
    case 'shift': {
      const rest = `${quote(expression.of)}, ${valueReference(module, expression.duration)}, ${String(scope.at)}`;
      return applied(expression.input, scope, (value) => `rt.addDuration(${value}, ${rest})`);
    }
    default:
      return single(expression, scope);
  }
}

const conversions: Record<Conversion, (value: SourceText) => SourceText> = {
  string: (value) => `rt.toText(${value})`,
  integer: (value) => `rt.toInteger(${value})`,
  nothing: () => 'undefined',
};

function single(expression: Expression, scope: Scope): Scalar {
  const name = freshName(scope.module, 's');
  const items = generateItems(
    expression,
    scope,
    isSingle(expression)
      ? (item) => `${name} = ${item};`
      : (item) => `if (${name} !== undefined) rt.tooMany(${String(scope.at)}); ${name} = ${item};`,
    generators,
  );
  return { setup: `let ${name}; ${items}`, value: name };
}

function literalSource(literal: Extract<Expression, { kind: 'literal' }>, module: Module): SourceText {
  switch (literal.form) {
    case 'text':
      return quote(literal.text);
    case 'boolean':
      return literal.text === 'true' ? 'true' : 'false';
    case 'number':
      return numberSource(numberOf(literal.text), module);
    default:
      return literal.form satisfies never;
  }
}

function numberSource(value: ReturnType<typeof numberOf>, module: Module): SourceText {
  return typeof value === 'number' ? `(${JSON.stringify(value)})` : valueReference(module, value);
}

/** One side of a comparison: a literal loses zeros that do not count, which makes it a plain number. */
function comparand(expression: Expression, scope: Scope): Scalar {
  if (expression.kind !== 'literal' || expression.form !== 'number') return generateScalar(expression, scope);
  const value = fromDecimal(toDecimal(numberOf(expression.text)));
  return { setup: '', value: numberSource(value, scope.module) };
}

function flagged(
  initial: boolean,
  items: (flag: SourceText, done: SourceText) => SourceText,
  module: Module,
): Scalar {
  const flag = freshName(module, 'f');
  const label = freshName(module, 'L');
  return {
    setup: `let ${flag} = ${String(initial)}; ${label}: { ${items(flag, `break ${label};`)} }`,
    value: flag,
  };
}

function named(
  module: Module,
  setup: SourceText,
  value: SourceText,
  use: (name: SourceText) => SourceText,
): Scalar {
  const name = freshName(module, 'b');
  return { setup: `${setup} const ${name} = ${value};`, value: `(${use(name)})` };
}

/** Three-valued logic; the right side is not looked at when the left decides. */
function logic(expression: Extract<Expression, { kind: 'logic' }>, scope: Scope): Scalar {
  const result = freshName(scope.module, 'b');
  const left = freshName(scope.module, 'l');
  const right = freshName(scope.module, 'r');
  const [first, second] = [generateScalar(expression.left, scope), generateScalar(expression.right, scope)];
  const { decided, result: decision, combined } = truthTables[expression.operator](left, right);
  const setup = `let ${result}; ${first.setup} const ${left} = ${first.value};
if (${decided}) ${result} = ${decision}; else { ${second.setup} const ${right} = ${second.value}; ${result} = ${combined}; }`;
  return { setup, value: result };
}

interface TruthTable {
  /** When the left side alone decides, and what. */
  readonly decided: SourceText;
  readonly result: SourceText;
  readonly combined: SourceText;
}

const truthTables: Record<
  Extract<Expression, { kind: 'logic' }>['operator'],
  (l: SourceText, r: SourceText) => TruthTable
> = {
  and: (l, r) => ({
    decided: `${l} === false`,
    result: 'false',
    combined: `${r} === false ? false : ${l} === true && ${r} === true ? true : undefined`,
  }),
  or: (l, r) => ({
    decided: `${l} === true`,
    result: 'true',
    combined: `${r} === true ? true : ${l} === false && ${r} === false ? false : undefined`,
  }),
  xor: (l, r) => ({
    decided: isEmpty(l),
    result: 'undefined',
    combined: `${isEmpty(r)} ? undefined : ${l} !== ${r}`,
  }),
  implies: (l, r) => ({
    decided: `${l} === false`,
    result: 'true',
    combined: `${r} === true ? true : ${l} === true && ${r} === false ? false : undefined`,
  }),
};

function applied(operand: Expression, scope: Scope, use: (value: SourceText) => SourceText): Scalar {
  const { setup, value } = generateScalar(operand, scope);
  return named(scope.module, setup, value, (name) => `${isEmpty(name)} ? undefined : ${use(name)}`);
}

function combination(
  expression: Extract<Expression, { kind: 'arithmetic' | 'concatenate' | 'unordered' }>,
  scope: Scope,
): Scalar {
  const [left, right] = [generateScalar(expression.left, scope), generateScalar(expression.right, scope)];
  const l = freshName(scope.module, 'l');
  const r = freshName(scope.module, 'r');
  const setup = `${left.setup} ${right.setup} const ${l} = ${left.value}, ${r} = ${right.value};`;
  const at = String(scope.at);
  if (expression.kind === 'concatenate' && expression.emptyAsText) {
    return {
      setup,
      value: `rt.concatenate(${l} ?? "", ${r} ?? "", ${at})`,
    };
  }
  const combined = combine(expression, l, r, at);
  return { setup, value: `(${isEmpty(l)} || ${isEmpty(r)} ? undefined : ${combined})` };
}

function combine(
  expression: Extract<Expression, { kind: 'arithmetic' | 'concatenate' | 'unordered' }>,
  left: SourceText,
  right: SourceText,
  at: SourceText,
): SourceText {
  switch (expression.kind) {
    case 'arithmetic':
      return `rt.calculate(${quote(expression.operator)}, ${left}, ${right}, ${at})`;
    case 'concatenate':
      return `rt.concatenate(${left}, ${right}, ${at})`;
    case 'unordered':
      return `rt.unordered(${left}, ${right}, ${quote(expression.expected)}, ${at})`;
    default:
      return expression satisfies never;
  }
}

function joined(expression: Extract<Expression, { kind: 'join' }>, scope: Scope): Scalar {
  const list = freshName(scope.module, 'l');
  const items = generateItems(expression.input, scope, (item) => `${list}.push(${item});`, generators);
  const separator =
    expression.separator === undefined
      ? { setup: '', value: 'undefined' }
      : generateScalar(expression.separator, scope);
  return {
    setup: `const ${list} = []; ${items} ${separator.setup}`,
    value: `rt.join(${list}, ${separator.value}, ${String(scope.at)})`,
  };
}

function textual(expression: Extract<Expression, { kind: 'text' }>, scope: Scope): Scalar {
  const args = expression.args.map((arg) => generateScalar(arg, scope));
  const values = args.map((arg) => arg.value).join(', ');
  const input = applied(
    expression.input,
    scope,
    (value) => `rt.textOperation(${quote(expression.operation)}, ${value}, [${values}], ${String(scope.at)})`,
  );
  return { setup: `${args.map((arg) => arg.setup).join(' ')} ${input.setup}`, value: input.value };
}
