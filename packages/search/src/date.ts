import { readDateTime, spanOf } from '@millrace/fhir';
import { condition, fault, type Condition } from './condition.js';
import { bound, type Bound } from './date-bound.js';
import { allOf } from './fhirpath-text.js';
import { splitPrefix, type Prefix } from './prefix.js';

/**
 * A date or time in a relation to the value. Both stand for a span: the value from its first moment to the end of its year,
 * month, day, minute or second, and the element likewise; a Period from its start to its end, open where it has none.
 *
 * @see https://hl7.org/fhir/R4/search.html#date
 */
export function dateCondition(element: string, value: string): Condition {
  const { prefix, rest } = splitPrefix(value);
  const read = readDateTime(rest);
  if ('fault' in read) return fault(`is not a date or time: ${read.fault}`);
  if (prefix === 'ap') return fault('has the prefix ap, which says nothing exact about a time');
  const span = spanOf(read.value);
  const [first, after] = [bound(span.first), bound(span.after)];
  if (first === undefined || after === undefined) return fault('is not in the years 1 to 9998');
  switch (element) {
    case 'Period': {
      const found = ofSpan(prefix, first, after, periodSides('start', 'end'));
      return condition(allOf([ofDates('start'), ofDates('end'), inBrackets(found)]));
    }
    case 'Timing':
      return condition(ofSpan(prefix, first, after, TIMING));
    case 'instant':
      return condition(ofSpan(prefix, first, after, momentSides('$this', element)));
    default: {
      const found = ofSpan(prefix, first, after, momentSides('$this', element));
      return condition(allOf([ofDates('$this'), inBrackets(found)]));
    }
  }
}

/**
 * True of every date or time, and an error for a number or an object. Dates are compared as text, and those have one too: else
 * the number 1980 would be found as a year.
 */
function ofDates(path: string): string {
  return `(${path} < @2000-01-01T00:00:00.000Z or true)`;
}

/** How an element lies to a bound: where its span begins, and where it ends. */
interface Sides {
  beginsBefore(at: Bound): string;
  beginsFrom(at: Bound): string;
  endsBehind(at: Bound): string;
  endsUpTo(at: Bound): string;
}

function ofSpan(prefix: Exclude<Prefix, 'ap'>, first: Bound, after: Bound, sides: Sides): string {
  switch (prefix) {
    case 'eq':
      return `${inBrackets(sides.beginsFrom(first))} and ${inBrackets(sides.endsUpTo(after))}`;
    case 'ne':
      return `${sides.beginsBefore(first)} or ${sides.endsBehind(after)}`;
    case 'gt':
      return sides.endsBehind(after);
    case 'lt':
      return sides.beginsBefore(first);
    case 'ge':
      return `${sides.endsBehind(after)} or ${sides.beginsFrom(first)}`;
    case 'le':
      return `${sides.beginsBefore(first)} or ${sides.endsUpTo(after)}`;
    case 'sa':
      return sides.beginsFrom(after);
    case 'eb':
      return sides.endsUpTo(first);
    default:
      return prefix satisfies never;
  }
}

/**
 * A date, dateTime or instant. Text of a part of a date is compared as text: that is the order of dates, and FHIRPath does
 * not compare dates of different precision. Times are compared as moments.
 */
function momentSides(path: string, element: string): Sides {
  const text = `${path}.toString()`;
  const of = (ofDate: string, ofTime: string): string => {
    switch (element) {
      case 'date':
        return ofDate;
      case 'instant':
        return ofTime;
      default:
        return `${text}.length() > 10 and ${ofTime} or ${text}.length() <= 10 and ${ofDate}`;
    }
  };
  return {
    beginsBefore: ({ instant, begin }) => of(`${text} < '${begin}'`, `${path} < ${instant}`),
    beginsFrom: ({ instant, begin }) => of(`${text} >= '${begin}'`, `${path} >= ${instant}`),
    // Behind every digit, so that a year or month is before what is in it only if it ends before that.
    endsBehind: ({ instant, day }) => of(`${text} & '~' > '${day}'`, `${path} >= ${instant}`),
    endsUpTo: ({ instant, day }) => of(`${text} & '~' < '${day}'`, `${path} < ${instant}`),
  };
}

function periodSides(startPath: string, endPath: string): Sides {
  const [start, end] = [momentSides(startPath, 'dateTime'), momentSides(endPath, 'dateTime')];
  return {
    beginsBefore: (at) => `${startPath}.empty() or ${start.beginsBefore(at)}`,
    beginsFrom: (at) => start.beginsFrom(at),
    endsBehind: (at) => `${endPath}.empty() or ${end.endsBehind(at)}`,
    endsUpTo: (at) => end.endsUpTo(at),
  };
}

/** The outer limits of a Timing: its events, and the period that bounds its repetitions. */
const TIMING: Sides = (() => {
  const event = momentSides('$this', 'dateTime');
  const bounds = periodSides('start', 'end');
  const PERIOD = 'repeat.bounds.ofType(Period)';
  const some = (ofEvent: string, ofBounds: string): string =>
    `event.where(${ofEvent}).exists() or ${PERIOD}.where(${ofBounds}).exists()`;
  const every = (ofEvent: string, ofBounds: string): string =>
    `(event.exists() or ${PERIOD}.exists()) and event.all(${ofEvent}) and ${PERIOD}.all(${ofBounds})`;
  return {
    beginsBefore: (at) => some(event.beginsBefore(at), bounds.beginsBefore(at)),
    beginsFrom: (at) => every(event.beginsFrom(at), bounds.beginsFrom(at)),
    endsBehind: (at) => some(event.endsBehind(at), bounds.endsBehind(at)),
    endsUpTo: (at) => every(event.endsUpTo(at), bounds.endsUpTo(at)),
  };
})();

function inBrackets(text: string): string {
  return text.includes(' or ') ? `(${text})` : text;
}
