import type { UserInvocationTable } from 'fhirpath';
import { readMoment, readTime } from '../values/moments.js';
import type { Moment } from '../values/moments.js';
import { internalTypes } from './internal-types.js';
import { fhirpathLibrary } from './library.js';
import { textOf } from './values.js';

type Invocation = UserInvocationTable[string];
type Result = 'FP_Date' | 'FP_DateTime' | 'FP_Time';

/** The input of a function on dates and times: a string may be the text of one. */
interface Written {
  readonly text: string;
  readonly kind: 'moment' | 'time' | 'string';
}

/**
 * Components of dates and times, and conversions to them. Those of fhirpath.js take digits of a second for milliseconds,
 * and the text of a date in the data for a string.
 */
export function timeFunctions(): UserInvocationTable {
  return {
    yearOf: ofMoment(({ parts }) => parts[0]),
    monthOf: ofMoment(({ parts }) => parts[1]),
    dayOf: ofMoment(({ parts }) => parts[2]),
    timezoneOffsetOf: ofMoment(({ zone }) => zone && zone.minutes / 60),
    hourOf: ofClock(([hour]) => hour),
    minuteOf: ofClock(([, minute]) => minute),
    secondOf: ofClock((_, { second }) => second),
    millisecondOf: ofClock((_, { fraction }) =>
      fraction === '' ? undefined : Number(fraction.slice(0, 3).padEnd(3, '0')),
    ),
    dateOf: conversion('FP_Date', ({ text, kind }) => (kind === 'time' ? undefined : dateOf(text))),
    timeOf: conversion('FP_Time', ({ text, kind }) => (kind === 'time' ? undefined : timeOf(text))),
    ...conversions('Date', 'FP_Date', ({ text, kind }) =>
      kind === 'moment' || (kind === 'string' && !text.includes('T')) ? dateOf(text) : undefined,
    ),
    ...conversions('DateTime', 'FP_DateTime', ({ text, kind }) =>
      kind !== 'time' && readMoment(text) ? text : undefined,
    ),
    ...conversions('Time', 'FP_Time', ({ text, kind }) =>
      kind !== 'moment' && readTime(text) ? text : undefined,
    ),
  };
}

/** The day that is written, in its own zone. */
function dateOf(text: string): string | undefined {
  return readMoment(text) && text.slice(0, '2026-01-31'.length);
}

function timeOf(text: string): string | undefined {
  return readMoment(text) && /T([\d:.]+)/.exec(text)?.[1];
}

function ofMoment(component: (moment: Moment) => number | undefined): Invocation {
  return single(({ text, kind }) => {
    const moment = kind === 'time' ? undefined : readMoment(text);
    return moment && component(moment);
  });
}

/** A component of a time of day, with a day or without. */
function ofClock(
  component: (hourAndMinute: readonly number[], moment: Moment) => number | undefined,
): Invocation {
  return single(({ text, kind }) => {
    const moment = kind === 'time' ? undefined : readMoment(text);
    if (moment !== undefined) return component(moment.parts.slice(3), moment);
    const time = kind === 'moment' ? undefined : readTime(text);
    return time && component(time.parts, time);
  });
}

/** `toX` and `convertsToX`. */
function conversions(
  name: string,
  result: Result,
  convert: (written: Written) => string | undefined,
): UserInvocationTable {
  const fn = (items: readonly unknown[]): readonly boolean[] => {
    const [item, ...others] = items;
    if (item === undefined || others.length > 0) return [];
    const written = writtenOf(item);
    return [written !== undefined && convert(written) !== undefined];
  };
  return {
    [`to${name}`]: conversion(result, convert),
    [`convertsTo${name}`]: { fn, arity: { 0: [] }, internalStructures: true },
  };
}

function conversion(result: Result, convert: (written: Written) => string | undefined): Invocation {
  return single((written, context) => {
    const text = convert(written);
    return text === undefined ? undefined : new (internalTypes()[result])(context, text);
  });
}

/**
 * A function on one date or time at most. Several are a fault; a value that is not a date or time yields
 * nothing.
 */
function single(calculate: (written: Written, context: unknown) => unknown): Invocation {
  function fn(this: unknown, items: readonly unknown[]): readonly unknown[] {
    if (items.length > 1) throw new Error('singleton expected');
    const written = writtenOf(items[0]);
    return written === undefined ? [] : [calculate(written, this) ?? []].flat();
  }
  return { fn, arity: { 0: [] }, internalStructures: true };
}

function writtenOf(item: unknown): Written | undefined {
  const { FP_Time, FP_TimeBase } = internalTypes();
  const value: unknown = fhirpathLibrary().util.valDataConverted(item);
  if (typeof value === 'string') return { text: value, kind: 'string' };
  if (!(value instanceof FP_TimeBase)) return undefined;
  return { text: textOf(value), kind: value instanceof FP_Time ? 'time' : 'moment' };
}
