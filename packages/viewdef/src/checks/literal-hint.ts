import { sortOf } from '../model/kinds.js';
import type { Possible } from '../model/kinds.js';
import type { Syntax } from '../syntax/syntax.js';

/** How a literal that does not fit would be written to fit the other side: `; write @2001-01-01`. */
export function literalHint(literal: Syntax, other: Possible): string | undefined {
  if (literal.kind !== 'literal' || other === 'any') return undefined;
  const sorts = new Set(other.map(sortOf));
  const { code, text } = literal;
  if (code === 'string') {
    if (sorts.has('moment') && isMoment.test(text)) return `; write @${text}`;
    if (sorts.has('time') && isTime.test(text)) return `; write @T${text}`;
    if (sorts.has('boolean') && isBoolean.test(text)) return `; write ${text}`;
    if (sorts.has('number') && isNumber.test(text)) return `; write ${text}`;
    return undefined;
  }
  return sorts.has('text') ? `; write '${text}'` : undefined;
}

const isMoment = /^\d{4}(?:-\d\d(?:-\d\d(?:T\d\d(?::\d\d(?::\d\d(?:\.\d+)?)?)?(?:Z|[+-]\d\d:\d\d)?)?)?)?$/;
const isTime = /^\d\d(?::\d\d(?::\d\d(?:\.\d+)?)?)?$/;
const isBoolean = /^(?:true|false)$/;
const isNumber = /^-?\d+(?:\.\d+)?$/;
