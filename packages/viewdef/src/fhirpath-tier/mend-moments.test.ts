import { describe, expect, test } from '@jest/globals';
import type { Cell } from '../cell.js';
import { compileView } from '../compile-view.js';

/** The values of a path on an Observation, by fhirpath.js. */
function evaluate(path: string, elements: Readonly<Record<string, string>> = {}): readonly Cell[] {
  const column = [{ name: 'value', path, collection: true }];
  const view = compileView({ resource: 'Observation', select: [{ column }] }, { engine: 'fhirpath' });
  let cell: Cell = null;
  view.evaluate({ resourceType: 'Observation', ...elements }, ([first]) => {
    cell = first ?? null;
  });
  return cell ?? [];
}

function at(effectiveDateTime: string): Readonly<Record<string, string>> {
  return { effectiveDateTime, valueTime: '10:00:00.5', issued: '2024-01-31T10:00:00.25+02:00' };
}

describe('dates and times of fhirpath.js', () => {
  test.each<[string, string, readonly Cell[]]>([
    ['2024-01-31T10:00:00.5Z', 'effective > @2024-01-31T10:00:00.3Z', [true]],
    ['2024-01-31T10:00:00.123456Z', 'effective >= @2024-01-31T10:01:00Z', [false]],
    ['2024-01-31T10:00:00.1234567890123Z', 'effective > @2024-01-31T10:00:00.1234567890122Z', [true]],
    ['2024-01-31T10:00:00.50Z', 'effective = @2024-01-31T10:00:00.5Z', [true]],
    ['2024-01-31T10:00:00.50Z', 'effective ~ @2024-01-31T12:00:00.500+02:00', [true]],
    ['2018-03-01T00:00:00Z', 'effective <= @2018-03-01', []],
    ['2018-03-01T00:00:00Z', 'effective = issued', [false]],
    ['2024-01-31', 'issued = effective', []],
    ['2024-01-31T10:00:00', 'effective = @2024-01-31T10:00:00Z', [true]],
    ['2024-01-31T10:00:00.5Z', 'value.ofType(time) > @T10:00:00.49', [true]],
  ])('are in the order of their digits: %s, %s', (effective, path, expected) => {
    expect(evaluate(path, at(effective))).toEqual(expected);
  });

  test.each<[string, string, readonly Cell[]]>([
    ['2024-01-31T10:00:00.123456Z', 'effective + 0 days', ['2024-01-31T10:00:00.123456Z']],
    ['2024-01-31T23:00:00-05:00', 'effective + 1 month', ['2024-02-29T23:00:00-05:00']],
    ['2024-01-31T10:00:00', 'effective - 30 minutes', ['2024-01-31T09:30:00']],
    ['2024-01-31', "effective + 1.9 'd'", ['2024-02-01']],
    ['2024', '2 years + effective', ['2026']],
    ['2024', 'effective - 2024 years', []],
    ['2024', "value.ofType(time) + 750 'ms'", ['10:00:01.25']],
  ])('keep zone and digits in sums: %s, %s', (effective, path, expected) => {
    expect(evaluate(path, at(effective))).toEqual(expected);
  });

  test('take a duration from the data by its UCUM code', () => {
    const valueQuantity = { value: 2, code: 'mo', system: 'http://unitsofmeasure.org' };
    const elements = { effectiveDateTime: '2024-01-31', valueQuantity } as unknown as Record<string, string>;
    expect(evaluate('effective + value', elements)).toEqual(['2024-03-31']);
  });

  test.each(['@T10:00 + 1 day', '@2024 + 5', "@2024 + 1 'kg'", '@2024 < @T10:00'])(
    '%s combines what does not fit',
    (path) => {
      expect(() => evaluate(path)).toThrow('combines values whose types do not fit');
    },
  );

  test.each(['2024-02-30', '2023-02-29T10:00:00Z', '2024-01-01T10:00:00+14:01', 'soon'])(
    '%s in the data is comparable with the same text only',
    (text) => {
      expect(evaluate('effective < @2030', at(text))).toEqual([]);
      expect(evaluate('effective = @2030', at(text))).toEqual([]);
      expect(evaluate('effective + 1 day', at(text))).toEqual([]);
      expect(evaluate('effective.highBoundary()', at(text))).toEqual([]);
      expect(evaluate('effective = effective', at(text))).toEqual([true]);
      expect(evaluate('effective', at(text))).toEqual([text]);
    },
  );

  test('are distinct in long collections as in short ones', () => {
    const same = ['@2024-01-31T10:00:00Z', '@2024-01-31T10:00:00.0Z', '@2024-01-31T12:00:00+02:00'];
    expect(evaluate(`(${same.join(' | ')}).count()`)).toEqual([1]);
    expect(evaluate(`(${[...same, ...same, ...same].join(' | ')}).count()`)).toEqual([1]);
    const combined = [...same, ...same, ...same].reduce((sum, next) => `${sum}.combine(${next})`);
    expect(evaluate(`${combined}.distinct().count()`)).toEqual([1]);
  });

  test('have boundaries that are dates and times too', () => {
    const elements = at('2024-01-31T10:00:00.123456Z');
    expect(evaluate('effective.highBoundary() >= effective', elements)).toEqual([true]);
    expect(evaluate('effective.lowBoundary() + 1 year', elements)).toEqual(['2025-01-31T10:00:00.123456Z']);
    expect(evaluate('value.ofType(time).highBoundary() = @T10:00:00.5', elements)).toEqual([true]);
    expect(evaluate('effective.highBoundary({})', elements)).toEqual([]);
  });

  test.each<[string, readonly Cell[]]>([
    ['effective.yearOf()', [2024]],
    ['effective.monthOf()', [1]],
    ['effective.dayOf()', [31]],
    ['effective.hourOf()', [10]],
    ['effective.minuteOf()', [0]],
    ['effective.secondOf()', [7]],
    ['effective.millisecondOf()', [500]],
    ['effective.timezoneOffsetOf()', [-3.5]],
    ['effective.dateOf()', ['2024-01-31']],
    ['effective.timeOf()', ['10:00:07.5']],
    ['effective.toDate()', ['2024-01-31']],
    ['effective.toDateTime()', ['2024-01-31T10:00:07.5-03:30']],
    ['effective.toTime()', []],
    ["'2024-02-30'.toDate()", []],
    ["'2024-02-30'.convertsToDateTime()", [false]],
    ["'10:00:00.5'.toTime() < @T10:00:00.51", [true]],
    ['value.ofType(time).millisecondOf()', [500]],
    ['value.ofType(time).yearOf()', []],
    ["'2024-01'.monthOf()", [1]],
  ])('have components: %s', (path, expected) => {
    expect(evaluate(path, at('2024-01-31T10:00:07.5-03:30'))).toEqual(expected);
  });
});
