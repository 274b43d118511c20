import { domainOf, typeOf } from '../model/element-type.js';
import type { ElementType } from '../model/element-type.js';
import type { Arithmetic, Comparison, Expression } from './expression.js';
import { OutsideIr } from './outside-ir.js';

const boolean = typeOf('boolean');

/** @throws OutsideIr when the operand types are not ones that the IR can combine. */
export function lowerOperator(operator: string, left: Expression, right: Expression): Expression {
  switch (operator) {
    case 'and':
    case 'or':
    case 'xor':
    case 'implies':
      return { kind: 'logic', operator, left: asCondition(left), right: asCondition(right), type: boolean };
    case '=':
    case '!=': {
      const as = equalDomain(left.type, right.type);
      return { kind: 'equal', negated: operator === '!=', as, left, right, type: boolean };
    }
    case '<':
    case '<=':
    case '>':
    case '>=':
      return { kind: 'order', operator, as: orderDomain(left.type, right.type), left, right, type: boolean };
    case '+':
      if (bothAre('text', left, right)) return concatenate(left, right, false);
      return arithmetic(operator, left, right);
    case '-':
    case '*':
    case '/':
    case 'div':
    case 'mod':
      return arithmetic(operator, left, right);
    case '&':
      if (bothAre('text', left, right)) return concatenate(left, right, true);
      throw new OutsideIr('&');
    default:
      throw new OutsideIr(operator);
  }
}

/** An expression used where a boolean is expected. Other types would follow the singleton rule of FHIRPath. */
export function asCondition(expression: Expression): Expression {
  const domain = domainOf(expression.type);
  if (domain === 'boolean' || expression.kind === 'none') return expression;
  throw new OutsideIr('a condition that is not boolean');
}

function equalDomain(left: ElementType, right: ElementType): Comparison {
  const [a, b] = [domainOf(left), domainOf(right)];
  if (a === b && isComparison(a)) return a;
  // A JSON scalar shows whether it is text, number or boolean; a date it does not show.
  if (a === 'unknown' && isEvident(b)) return b;
  if (b === 'unknown' && isEvident(a)) return a;
  throw new OutsideIr(`= of ${a} and ${b}`);
}

function orderDomain(left: ElementType, right: ElementType): Exclude<Comparison, 'boolean'> {
  const [a, b] = [domainOf(left), domainOf(right)];
  if (a === b && isComparison(a) && a !== 'boolean') return a;
  throw new OutsideIr(`order of ${a} and ${b}`);
}

function isComparison(domain: string): domain is Comparison {
  return domain !== 'other' && domain !== 'unknown';
}

function isEvident(domain: string): domain is 'text' | 'number' | 'boolean' {
  return domain === 'text' || domain === 'number' || domain === 'boolean';
}

function bothAre(domain: string, left: Expression, right: Expression): boolean {
  return domainOf(left.type) === domain && domainOf(right.type) === domain;
}

function arithmetic(operator: Arithmetic, left: Expression, right: Expression): Expression {
  if (!bothAre('number', left, right)) throw new OutsideIr(operator);
  const isWhole =
    operator === 'div' || (operator !== '/' && left.type.code !== 'decimal' && right.type.code !== 'decimal');
  return { kind: 'arithmetic', operator, left, right, type: typeOf(isWhole ? 'integer' : 'decimal') };
}

function concatenate(left: Expression, right: Expression, emptyAsText: boolean): Expression {
  return { kind: 'concatenate', emptyAsText, left, right, type: typeOf('string') };
}
