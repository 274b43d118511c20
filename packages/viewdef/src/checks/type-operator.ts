import { anyOf, kindOf, nameKinds, sortOf } from '../model/kinds.js';
import type { Kind, Possible, Sort } from '../model/kinds.js';
import type { Syntax } from '../syntax/syntax.js';
import { typeArithmetic } from './type-arithmetic.js';
import { sortsOf } from './sorts.js';
import { literalHint } from './literal-hint.js';
import type { Report } from './finding.js';

type Operator = Extract<Syntax, { kind: 'operator' }>;

const boolean: Possible = [kindOf('boolean')];

/** Types an operator by the kinds that its sides may yield. */
export function typeOperator(operator: Operator, left: Possible, right: Possible, report: Report): Possible {
  switch (operator.operator) {
    case '=':
    case '!=':
    case '~':
    case '!~':
    case 'in':
    case 'contains':
      checkComparison(operator, left, right, equals, report);
      return boolean;
    case '<':
    case '<=':
    case '>':
    case '>=':
      checkComparison(operator, left, right, isOrdered, report);
      return boolean;
    case 'and':
    case 'or':
    case 'xor':
    case 'implies':
      return boolean;
    case '|':
      return anyOf([left, right]);
    default:
      return typeArithmetic(operator.operator, left, right, report);
  }
}

/** `rarely`: some values compare. */
type Answer = 'yes' | 'rarely' | 'no';

function equals(a: Sort, b: Sort): Answer {
  if (a === b) return 'yes';
  return isNumberAndQuantity(a, b) ? 'rarely' : 'no';
}

function isOrdered(a: Sort, b: Sort): Answer {
  return a === 'complex' ? 'no' : equals(a, b);
}

/** A number stands for a quantity with the unit 1. https://hl7.org/fhirpath/#conversion */
function isNumberAndQuantity(a: Sort, b: Sort): boolean {
  return (a === 'number' && b === 'quantity') || (a === 'quantity' && b === 'number');
}

/**
 * A date literal that is coarser than values most often are: equality with these is empty.
 *
 * @see https://hl7.org/fhirpath/#datetime-equality
 */
function coarseMoment(literal: Syntax, other: readonly Kind[]): string | undefined {
  if (literal.kind !== 'literal' || (literal.code !== 'date' && literal.code !== 'dateTime'))
    return undefined;
  const { text } = literal;
  const moments = other.filter((kind) => sortOf(kind) === 'moment');
  if (moments.length === 0) return undefined;
  const isCoarse =
    text.length < DAY || (text.length === DAY && moments.every(({ code }) => code === 'instant'));
  return isCoarse ? text : undefined;
}

const DAY = '2001-01-01'.length;

function checkComparison(
  { operator, left: leftSide, right: rightSide }: Operator,
  left: Possible,
  right: Possible,
  compares: (a: Sort, b: Sort) => Answer,
  report: Report,
): void {
  if (leftSide.kind === 'empty' || rightSide.kind === 'empty') {
    const reason = `compares with {} by "${operator}", which never gives true or false; write empty() or exists()`;
    report({ kind: 'type', reason });
    return;
  }
  const [lefts, rights] = [sortsOf(left), sortsOf(right)];
  if (left === 'any' || right === 'any' || lefts === undefined || rights === undefined) return;
  if (left.length === 0 || right.length === 0) return;
  const answers = [...lefts].flatMap((a) => [...rights].map((b) => compares(a, b)));
  if (answers.includes('yes')) {
    const coarse = coarseMoment(rightSide, left) ?? coarseMoment(leftSide, right);
    if (coarse === undefined || !/^!?=$/.test(operator)) return;
    const reason = `compares with @${coarse} by "${operator}", which says nothing about values of a finer precision; for a span of time write >= and <`;
    report({ kind: 'doubt', reason });
    return;
  }
  const sides = `compares ${nameKinds(left)} with ${nameKinds(right)} by "${operator}"`;
  if (answers.includes('rarely')) {
    const reason = `${sides}, which holds for quantities without a unit only; write value after the quantity`;
    report({ kind: 'doubt', reason });
    return;
  }
  const hint = literalHint(leftSide, right) ?? literalHint(rightSide, left) ?? '';
  report({ kind: 'type', reason: `${sides}, which never compare${hint}` });
}
