import { kindOf, nameKinds, sortOf } from '../model/kinds.js';
import type { Kind, Possible, Sort } from '../model/kinds.js';
import type { Report } from './finding.js';

/** The result of a pair of operands; `rarely`: only text that holds a number has one, or a quantity without a unit. */
type Outcome = Sort | 'rarely' | undefined;

/** Types `+ - * / div mod &`. */
export function typeArithmetic(operator: string, left: Possible, right: Possible, report: Report): Possible {
  if (left === 'any' || right === 'any') return operator === '&' ? [kindOf('string')] : 'any';
  if (operator === '&') checkJoined(left, right, report);
  if (operator === '&') return [kindOf('string')];
  if (left.length === 0 || right.length === 0) return [];
  const outcomes = left.flatMap((a) => right.map((b) => outcomeOf(operator, sortOf(a), sortOf(b))));
  const sorts = new Set(outcomes.filter((outcome) => outcome !== undefined));
  if (sorts.size === 0) {
    const reason = `applies "${operator}" to ${nameKinds(left)} and ${nameKinds(right)}, which never works${hintFor(operator, left, right)}`;
    return report({ kind: 'type', reason });
  }
  if (sorts.has('rarely') && sorts.size === 1) {
    const hasQuantity = [...left, ...right].some((kind) => sortOf(kind) === 'quantity');
    const values = hasQuantity ? 'quantities without a unit' : 'text that holds a number';
    const reason = `applies "${operator}" to ${nameKinds(left)} and ${nameKinds(right)}, which works for ${values} only${hintFor(operator, left, right)}`;
    return report({ kind: 'doubt', reason });
  }
  return sorts.has('rarely') ? 'any' : [...sorts].flatMap((sort) => resultOf(sort, operator, left, right));
}

function outcomeOf(operator: string, a: Sort, b: Sort): Outcome {
  if (a === 'number' && b === 'number') return 'number';
  if (operator === 'div' || operator === 'mod') return undefined;
  const isSum = operator === '+' || operator === '-';
  if (operator === '+' && a === 'text' && b === 'text') return 'text';
  if (isSum && (a === 'moment' || a === 'time') && b === 'quantity') return a;
  if (a === 'quantity' && b === 'quantity') return 'quantity';
  // A number stands for a quantity with the unit 1.
  if (isAmount(a) && isAmount(b)) return isSum ? 'rarely' : 'quantity';
  return isNumberOrText(a) && isNumberOrText(b) ? 'rarely' : undefined;
}

function isAmount(sort: Sort): boolean {
  return sort === 'number' || sort === 'quantity';
}

function isNumberOrText(sort: Sort): boolean {
  return sort === 'number' || sort === 'text';
}

function resultOf(
  sort: Sort | 'rarely',
  operator: string,
  left: readonly Kind[],
  right: readonly Kind[],
): readonly Kind[] {
  switch (sort) {
    case 'number': {
      const numbers = [...left, ...right].filter((kind) => sortOf(kind) === 'number');
      const isWhole =
        operator === 'div' || (operator !== '/' && numbers.every(({ code }) => code !== 'decimal'));
      return [kindOf(isWhole ? 'integer' : 'decimal')];
    }
    case 'text':
      return [kindOf('string')];
    case 'quantity':
      return [kindOf('Quantity')];
    default:
      return left.filter((kind) => sortOf(kind) === sort);
  }
}

/** `&` takes text, and values that JSON writes as text. */
function checkJoined(left: Possible, right: Possible, report: Report): void {
  for (const side of [left, right]) {
    if (side === 'any' || side.length === 0 || side.some((kind) => isWritten(sortOf(kind)))) continue;
    const hint = side.some((kind) => sortOf(kind) !== 'complex') ? '; write toString() after it' : '';
    report({ kind: 'type', reason: `joins ${nameKinds(side)} by "&", which takes text${hint}` });
  }
}

function isWritten(sort: Sort): boolean {
  return sort === 'text' || sort === 'moment' || sort === 'time';
}

function hintFor(operator: string, left: readonly Kind[], right: readonly Kind[]): string {
  const has = (side: readonly Kind[], sort: Sort): boolean => side.some((kind) => sortOf(kind) === sort);
  if (has(left, 'moment') && has(right, 'number')) return `; write the unit, as in "${operator} 1 year"`;
  if (operator === '+' && has(left, 'text') !== has(right, 'text')) return '; text is joined by "&"';
  if (has(left, 'quantity') !== has(right, 'quantity') && (has(left, 'number') || has(right, 'number')))
    return '; write value after the quantity';
  return '';
}
