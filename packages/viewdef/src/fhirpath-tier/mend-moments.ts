import { readInstant } from '@millrace/fhir';
import { addToMoment, addToTime, durationOf, timeUnits, unitsOfDays } from '../values/durations.js';
import type { Duration } from '../ir/expression.js';
import type { TimeUnit } from '../values/durations.js';
import {
  canonicalMoment,
  canonicalTime,
  compareMoments,
  compareTimes,
  readMoment,
  readTime,
} from '../values/moments.js';
import type { InternalTypes, Quantity, TimeClass, TimeValue } from './internal-types.js';

/**
 * Gives the dates and times of fhirpath.js the arithmetic and the order of the other tiers. Its own read the digits behind
 * the point of a second as whole milliseconds, take the zone of the process for a date without one and for results,
 * and compare text that is not a date as text.
 */
export function mendMoments(types: InternalTypes): void {
  const { FP_TimeBase, FP_DateTime, FP_Date, FP_Instant, FP_Time, TypeInfo } = types;
  Object.assign(FP_TimeBase.prototype, operatorsOf(types));
  FP_DateTime.checkString = maker(FP_DateTime, (text) => readMoment(text) !== undefined);
  FP_Date.checkString = maker(FP_Date, (text) => !text.includes('T') && readMoment(text) !== undefined);
  FP_Instant.checkString = maker(FP_Instant, (text) => 'value' in readInstant(text));
  FP_Time.checkString = maker(FP_Time, (text) => readTime(text) !== undefined);
  // An element is of its type and has its text, valid or not. Text that is not a date can be compared with
  // nothing, but it is not a string.
  const elements = { date: FP_Date, dateTime: FP_DateTime, instant: FP_Instant, time: FP_Time };
  for (const [code, type] of Object.entries(elements)) {
    TypeInfo.typeToClassWithCheckString[code] = {
      checkString: (context, text) =>
        typeof text === 'string' ? Object.assign(new type(context, text), { asStr: text }) : null,
    };
  }
}

function maker(type: TimeClass, accepts: (text: string) => boolean): TimeClass['checkString'] {
  return (context, text) =>
    typeof text === 'string' && accepts(withoutT(text)) ? new type(context, text) : null;
}

/** How dates and dateTimes differ from times. */
interface Kind {
  readonly compare: (left: string, right: string) => number | undefined;
  readonly add: (text: string, duration: Duration) => string | undefined;
  readonly canonical: (text: string) => string;
}

const moments: Kind = { compare: compareMoments, add: addToMoment, canonical: canonicalMoment };
const times: Kind = { compare: compareTimes, add: addToTime, canonical: canonicalTime };

function operatorsOf({ FP_TimeBase, FP_Time }: InternalTypes): Omit<TimeValue, 'asStr' | 'ctx'> {
  const kindOf = (value: unknown): Kind | undefined =>
    value instanceof FP_Time ? times : value instanceof FP_TimeBase ? moments : undefined;
  const order = (left: TimeValue, right: unknown): number | undefined =>
    (kindOf(left) ?? moments).compare(withoutT(left.asStr), withoutT((right as TimeValue).asStr));
  return {
    plus(this: TimeValue, quantity) {
      const kind = kindOf(this) ?? moments;
      const { amount, unit } = amountOf(quantity);
      if (kind === times && unitsOfDays.has(unit)) throw new TypeError('expected a unit below days');
      const duration = durationOf(amount, unit);
      const sum = duration && kind.add(withoutT(this.asStr), duration);
      return sum === undefined ? null : new (this.constructor as TimeClass)(this.ctx, sum);
    },
    equals(this: TimeValue, other) {
      if (kindOf(other) !== kindOf(this)) return false;
      const compared = order(this, other);
      return compared === undefined ? undefined : compared === 0;
    },
    equivalentTo(this: TimeValue, other) {
      return kindOf(other) === kindOf(this) && order(this, other) === 0;
    },
    compare(this: TimeValue, other) {
      return order(this, other) ?? null;
    },
    // Collections of more than six items are compared by this text.
    toString(this: TimeValue) {
      return (kindOf(this) ?? moments).canonical(withoutT(this.asStr));
    },
    toJSON(this: TimeValue) {
      return this.asStr;
    },
  };
}

/** The text of a dateTime without a time of day is that of its literal, which ends with a T. */
function withoutT(text: string): string {
  return text.replace(/T$/, '');
}

/** Amounts with more digits are not durations. */
const mostDigits = 1000;

function amountOf(quantity: unknown): { readonly amount: string; readonly unit: TimeUnit } {
  const { unit = '', value, _fhirQuantityInfo: info } = (quantity ?? {}) as Partial<Quantity>;
  const known = timeUnits.get(unit) ?? timeUnits.get(info?.calendarUnit ?? '');
  if (known === undefined || value === undefined) throw new TypeError('expected a quantity of time');
  const { value: amount } = value;
  if (Math.abs(amount.e) > mostDigits || amount.dp() > mostDigits)
    throw new TypeError('expected fewer digits');
  return { amount: amount.toFixed(), unit: known };
}
