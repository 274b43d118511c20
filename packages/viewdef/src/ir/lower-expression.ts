import type { Literal } from '../definition/constants.js';
import { domainOf, typeOf, unknownType } from '../model/element-type.js';
import type { Syntax } from '../syntax/syntax.js';
import type { Expression } from './expression.js';
import { lowerCall } from './lower-call.js';
import { choiceComparison } from './choice-comparison.js';
import { lowerOperator } from './lower-operator.js';
import { lowerIs } from './lower-is.js';
import { amountOf, shift } from './lower-shift.js';
import { field, narrow, self, startOf } from './navigation.js';
import { OutsideIr } from './outside-ir.js';
import type { Scope } from './scope.js';

/** The expression in the IR, or the reason why only fhirpath.js can evaluate it. */
export type Lowered =
  | { readonly expression: Expression; readonly outside: undefined }
  | { readonly expression: undefined; readonly outside: string };

export function lowerPath(syntax: Syntax, scope: Scope): Lowered {
  try {
    return { expression: lower(syntax, scope), outside: undefined };
  } catch (error) {
    if (error instanceof OutsideIr) return { expression: undefined, outside: error.what };
    throw error;
  }
}

/** @throws OutsideIr */
function lower(syntax: Syntax, scope: Scope): Expression {
  switch (syntax.kind) {
    case 'this':
      return self(scope);
    case 'empty':
      return { kind: 'none', type: unknownType };
    case 'literal':
      return lowerLiteral(syntax);
    case 'constant':
      return lowerConstant(syntax.name, scope);
    case 'member':
      return lowerMember(syntax, scope);
    case 'indexer':
      return lowerIndexer(syntax, scope);
    case 'call':
      return lowerCall(syntax, scope, lower);
    case 'operator':
      return lowerOperation(syntax, scope);
    case 'sign':
      return lowerSign(syntax, scope);
    case 'typed':
      if (syntax.operator === 'is')
        return lowerIs(lower(syntax.operand, scope), syntax.typeName, scope.model);
      return narrow(lower(syntax.operand, scope), syntax.typeName, scope.model);
    case 'quantity':
      throw new OutsideIr('a quantity');
    case 'other':
      throw new OutsideIr(syntax.what);
    default:
      return syntax satisfies never;
  }
}

function lowerLiteral(literal: Literal): Expression {
  const form = literalForms[literal.code] ?? 'text';
  return { kind: 'literal', form, text: literal.text, type: typeOf(literal.code) };
}

const literalForms: Readonly<Record<string, 'number' | 'boolean' | undefined>> = {
  integer: 'number',
  decimal: 'number',
  boolean: 'boolean',
};

function lowerConstant(name: string, scope: Scope): Expression {
  const constant = scope.constants.get(name);
  if (constant !== undefined) return lowerLiteral(constant);
  switch (name) {
    case 'rowIndex':
      return { kind: 'rowIndex', type: typeOf('integer') };
    case 'resource':
    case 'rootResource':
      return { kind: 'resource', type: scope.resource };
    case 'context':
      if (scope.isTop) return self(scope);
      throw new OutsideIr('%context');
    default:
      throw new OutsideIr(`%${name}`);
  }
}

function lowerMember(member: Extract<Syntax, { kind: 'member' }>, scope: Scope): Expression {
  const { name, input } = member;
  if (input !== undefined) return field(lower(input, scope), name, scope.model);
  // `Patient.name` may start with the type that it is applied to.
  if (/^[A-Z]/.test(name) && scope.model.isType(name)) return startOf(name, scope);
  return field(self(scope), name, scope.model);
}

function lowerIndexer(indexer: Extract<Syntax, { kind: 'indexer' }>, scope: Scope): Expression {
  const index = lower(indexer.index, scope);
  if (index.kind !== 'literal' || index.type.code !== 'integer') throw new OutsideIr('computed index');
  const input = lower(indexer.input, scope);
  const position = Number(index.text);
  if (position < 0 || !Number.isSafeInteger(position)) return { kind: 'none', type: input.type };
  return { kind: 'at', input, index: position, type: input.type };
}

function lowerOperation(
  { operator, left, right }: Extract<Syntax, { kind: 'operator' }>,
  scope: Scope,
): Expression {
  const first = lower(left, scope);
  const amount = operator === '+' || operator === '-' ? amountOf(right, operator) : undefined;
  if (amount !== undefined) return shift(first, amount);
  const second = lower(right, scope);
  return choiceComparison(operator, first, second, scope.model) ?? lowerOperator(operator, first, second);
}

function lowerSign(sign: Extract<Syntax, { kind: 'sign' }>, scope: Scope): Expression {
  const operand = lower(sign.operand, scope);
  if (domainOf(operand.type) !== 'number') throw new OutsideIr('sign');
  if (sign.sign === '+') return operand;
  if (operand.kind === 'literal' && !operand.text.startsWith('-'))
    return { ...operand, text: `-${operand.text}` };
  return { kind: 'negate', operand, type: operand.type };
}
