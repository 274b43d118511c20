import { domainOf, typeOf } from '../model/element-type.js';
import type { ElementType } from '../model/element-type.js';
import { typeNameOf } from '../syntax/syntax.js';
import type { Syntax } from '../syntax/syntax.js';
import { boundedTypes } from '../values/boundaries.js';
import type { Expression, TextOperation } from './expression.js';
import { lowerIs } from './lower-is.js';
import { asCondition } from './lower-operator.js';
import { field, narrow, self } from './navigation.js';
import { lowerToInteger, lowerToString } from './lower-conversion.js';
import { OutsideIr } from './outside-ir.js';
import type { Scope } from './scope.js';

type Call = Extract<Syntax, { kind: 'call' }>;
type Lower = (syntax: Syntax, scope: Scope) => Expression;

/** The scope of the call, with the way to lower its arguments. */
interface CallScope extends Scope {
  readonly lower: Lower;
}

type Rule = (input: Expression, call: Call, scope: CallScope) => Expression;

/** @throws OutsideIr for functions that the IR does not have, or not on these types. */
export function lowerCall(call: Call, scope: Scope, lower: Lower): Expression {
  const rule = rules.get(call.name);
  if (rule === undefined) throw new OutsideIr(`${call.name}()`);
  if (call.name === 'iif' && call.input !== undefined) throw new OutsideIr('iif() of a collection');
  return rule(call.input === undefined ? self(scope) : lower(call.input, scope), call, { ...scope, lower });
}

const boolean = typeOf('boolean');
const key = typeOf('id');

const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['where', (input, call, scope) => where(input, criteria(input, call, scope))],
  [
    'select',
    (input, call, scope) => {
      const projection = scope.lower(argument(call), within(input, scope));
      return { kind: 'select', input, projection, type: projection.type };
    },
  ],
  [
    'exists',
    (input, call, scope) => ({
      kind: 'exists',
      input: call.args.length === 0 ? input : where(input, criteria(input, call, scope)),
      type: boolean,
    }),
  ],
  ['empty', (input) => ({ kind: 'not', operand: { kind: 'exists', input, type: boolean }, type: boolean })],
  [
    'all',
    (input, call, scope) => ({ kind: 'all', input, criteria: criteria(input, call, scope), type: boolean }),
  ],
  ['not', (input) => ({ kind: 'not', operand: asCondition(input), type: boolean })],
  ['count', (input) => ({ kind: 'count', input, type: typeOf('integer') })],
  ['first', (input) => ({ kind: 'at', input, index: 0, type: input.type })],
  ['last', (input) => ({ kind: 'last', input, type: input.type })],
  ['tail', (input) => ({ kind: 'skip', input, count: 1, type: input.type })],
  [
    'skip',
    (input, call, scope) => {
      const count = Math.max(0, wholeNumber(scope.lower(argument(call), scope)));
      return { kind: 'skip', input, count, type: input.type };
    },
  ],
  ['ofType', (input, call, scope) => narrow(input, typeNameOf(call.args[0]) ?? '', scope.model)],
  ['as', (input, call, scope) => narrow(input, typeNameOf(call.args[0]) ?? '', scope.model)],
  ['is', (input, call, scope) => lowerIs(input, typeNameOf(call.args[0]) ?? '', scope.model)],
  ['extension', extension],
  ['getResourceKey', resourceKey],
  [
    'getReferenceKey',
    (input, call) => {
      const target = typeNameOf(call.args[0])?.replace(/^FHIR\./, '');
      return { kind: 'referenceKey', input: anyItem(input), target, type: key };
    },
  ],
  ['join', join],
  ['toString', (input, _call, { model }) => lowerToString(input, model)],
  ['toInteger', (input, _call, { model }) => lowerToInteger(input, model)],
  ['iif', conditional],
  ['lowBoundary', (input, call, scope) => boundary('low', input, call, scope)],
  ['highBoundary', (input, call, scope) => boundary('high', input, call, scope)],
  ...textRule('upper', 'string'),
  ...textRule('lower', 'string'),
  ...textRule('trim', 'string'),
  ...textRule('length', 'integer'),
  ...textRule('startsWith', 'boolean'),
  ...textRule('endsWith', 'boolean'),
  ...textRule('contains', 'boolean'),
  ...textRule('indexOf', 'integer'),
  ...textRule('substring', 'string'),
  ...textRule('replace', 'string'),
]);

function argument(call: Call): Syntax {
  const [first] = call.args;
  if (first === undefined) throw new OutsideIr(`${call.name}() without argument`);
  return first;
}

/** The scope of an argument that is evaluated for each item. */
function within(input: Expression, scope: CallScope): CallScope {
  return { ...scope, self: input.type, isTop: false };
}

function criteria(input: Expression, call: Call, scope: CallScope): Expression {
  return asCondition(scope.lower(argument(call), within(input, scope)));
}

function where(input: Expression, condition: Expression): Expression {
  return { kind: 'where', input, criteria: condition, type: input.type };
}

/** `extension(url)` is defined as `extension.where(url = …)`. */
function extension(input: Expression, call: Call, scope: CallScope): Expression {
  const extensions = field(input, 'extension', scope.model);
  const url = field({ kind: 'this', type: extensions.type }, 'url', scope.model);
  const wanted = scope.lower(argument(call), scope);
  if (wanted.kind !== 'literal' || wanted.form !== 'text') throw new OutsideIr('computed extension URL');
  return where(extensions, {
    kind: 'equal',
    negated: false,
    as: 'text',
    left: url,
    right: wanted,
    type: boolean,
  });
}

function resourceKey(input: Expression, _call: Call, scope: CallScope): Expression {
  const { code } = input.type;
  if (code !== undefined && !scope.model.isResource(code)) return { kind: 'none', type: key };
  return { kind: 'resourceKey', input: anyItem(input), type: key };
}

function anyItem(input: Expression): Expression {
  if (input.type.choices.length > 0) throw new OutsideIr('key of a choice element');
  return input;
}

function join(input: Expression, call: Call, scope: CallScope): Expression {
  const separator = call.args[0] === undefined ? undefined : scope.lower(call.args[0], scope);
  if (!isText(input) || (separator !== undefined && !isText(separator)))
    throw new OutsideIr('join of other types');
  return { kind: 'join', input, separator, type: typeOf('string') };
}

function conditional(_input: Expression, call: Call, scope: CallScope): Expression {
  const [condition, then, otherwise] = call.args.map((arg) => scope.lower(arg, scope));
  if (condition === undefined || then === undefined) throw new OutsideIr('iif() without branches');
  const isSame = otherwise === undefined || otherwise.type.code === then.type.code;
  const type: ElementType = isSame ? then.type : { code: undefined, path: undefined, choices: [] };
  return { kind: 'conditional', condition: asCondition(condition), then, otherwise, type };
}

function boundary(side: 'low' | 'high', input: Expression, call: Call, scope: CallScope): Expression {
  const bounded = boundedTypes[input.type.code ?? ''];
  if (bounded === undefined) throw new OutsideIr(`${side}Boundary() of another type`);
  // Constants and calculated values have the decimal places that they show; JSON writers drop the only one of
  // a whole element.
  const of = bounded === 'decimal' && !isElement(input, scope) ? 'integer' : bounded;
  const precision = call.args[0] === undefined ? undefined : wholeNumber(scope.lower(call.args[0], scope));
  const type =
    of === 'integer' ? typeOf('decimal') : input.type.code === 'instant' ? typeOf('dateTime') : input.type;
  return { kind: 'boundary', side, of, input, precision, type };
}

/** Whether items are elements of the data, and not constants or the results of a calculation. */
function isElement(expression: Expression, scope: Scope): boolean {
  switch (expression.kind) {
    case 'field':
      return true;
    case 'where':
    case 'at':
    case 'skip':
    case 'last':
      return isElement(expression.input, scope);
    case 'select':
      return isElement(expression.projection, { ...scope, isTop: false });
    case 'this':
      if (scope.isTop) return true;
      throw new OutsideIr('a boundary of items that may be calculated');
    case 'conditional': {
      const { then, otherwise = then } = expression;
      const isThen = isElement(then, scope);
      if (isThen === isElement(otherwise, scope)) return isThen;
      throw new OutsideIr('a boundary of items of which some are calculated');
    }
    default:
      return false;
  }
}

function textRule(operation: TextOperation, code: string): [string, Rule][] {
  const rule: Rule = (input, call, scope) => {
    const args = call.args.map((arg) => scope.lower(arg, scope));
    const wanted = operation === 'substring' ? 'number' : 'text';
    if (!isText(input) || args.some((arg) => domainOf(arg.type) !== wanted)) {
      throw new OutsideIr(`${operation}() of other types`);
    }
    return { kind: 'text', operation, input, args, type: typeOf(code) };
  };
  return [[operation, rule]];
}

function isText(expression: Expression): boolean {
  return domainOf(expression.type) === 'text';
}

function wholeNumber(expression: Expression): number {
  const value =
    expression.kind === 'literal' && expression.form === 'number' ? Number(expression.text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new OutsideIr('a computed position');
  return value;
}
