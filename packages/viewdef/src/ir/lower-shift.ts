import { domainOf } from '../model/element-type.js';
import type { Syntax } from '../syntax/syntax.js';
import { durationOf, timeUnits, unitsOfDays } from '../values/durations.js';
import type { TimeUnit } from '../values/durations.js';
import type { Expression } from './expression.js';
import { OutsideIr } from './outside-ir.js';

/** An amount of a unit of time, with the sign of the operator before it. */
interface Amount {
  readonly amount: string;
  readonly unit: TimeUnit;
}

/** The duration that a quantity adds or takes away; undefined if it is not a quantity of time. */
export function amountOf(syntax: Syntax, sign: '+' | '-'): Amount | undefined {
  if (syntax.kind === 'sign') return amountOf(syntax.operand, sign === syntax.sign ? '+' : '-');
  if (syntax.kind !== 'quantity') return undefined;
  const unit = timeUnits.get(syntax.unit);
  return unit === undefined ? undefined : { amount: (sign === '-' ? '-' : '') + syntax.value, unit };
}

/** @throws OutsideIr for an expression that is not a date or time, and for a time and days */
export function shift(input: Expression, { amount, unit }: Amount): Expression {
  const of = domainOf(input.type);
  if ((of !== 'moment' && of !== 'time') || (of === 'time' && unitsOfDays.has(unit))) {
    throw new OutsideIr(`${of} and a duration`);
  }
  const duration = durationOf(amount, unit);
  if (duration === undefined) throw new OutsideIr('a duration beyond all years');
  return { kind: 'shift', of, input, duration, type: input.type };
}
