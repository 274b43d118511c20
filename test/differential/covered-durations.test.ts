import { describe, expect, test } from '@jest/globals';
import { agreed, compareColumns, linesOf } from '../harness/differential/src/testing/compare-columns.js';

const moments = [
  '2020',
  '2020-02',
  '2020-02-29',
  '2019-02-28',
  '2024-01-31',
  '1999-12-31',
  '0001-01-01',
  '9999-12-31',
  '2020-02-29T12',
  '2020-02-29T12:30',
  '2020-02-29T23:59:59',
  '2020-02-29T12:30:00Z',
  '2020-02-29T12+05:30',
  '2020-02-29T12:30:00.5Z',
  '2020-02-29T12:30:00.500-05:00',
  '1999-12-31T23:59:59.999999999+14:00',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59Z',
  '2020-02-30',
  '2020-02-29T25:00',
  'yesterday',
  '',
];
const times = ['12', '12:30', '12:30:05', '00:00:00.5', '23:59:59.9999', 'T12:30', '24:00', '1'];
const amounts = ['0', '1', '1.9', '13', '30', '365', '730', '4000', '99999', '0.5', '0.000000001', '0.250'];
const units = [
  'years',
  'months',
  'weeks',
  'days',
  'hours',
  'minutes',
  'seconds',
  'milliseconds',
  "'wk'",
  "'ms'",
];

function quoted(texts: readonly string[]): readonly string[] {
  return texts.map((text) => `"${text}"`);
}

function sums(path: string, ofUnits: readonly string[], withAmounts = amounts): readonly string[] {
  return ofUnits.flatMap((unit) =>
    withAmounts.flatMap((amount) => [`${path} + ${amount} ${unit}`, `${path} - ${amount} ${unit}`]),
  );
}

describe('the scan takes and writes as generated code does', () => {
  test('moments and durations', () => {
    const lines = linesOf('valueDateTime', quoted(moments));
    const paths = sums('value.ofType(dateTime)', units).filter((path) => !/\.000000001 m|'ms'/.test(path));
    expect(compareColumns(paths, lines)).toEqual(agreed(lines.length));
  });

  test('times and durations', () => {
    const lines = linesOf('valueTime', quoted(times));
    const paths = sums('value.ofType(time)', ['hours', 'minutes', 'seconds', "'s'"]);
    expect(compareColumns(paths, lines)).toEqual(agreed(lines.length));
  });

  test('sums in comparisons', () => {
    const lines = linesOf('valueDateTime', quoted(moments));
    const paths = ['1 month', '2 days', '1 hour', '0.5 seconds'].flatMap((duration) => [
      `value.ofType(dateTime) + ${duration} > @2020-03-01T00:00:00.25Z`,
      `value.ofType(dateTime) - ${duration} = @2020-02-28`,
    ]);
    expect(compareColumns(paths, lines)).toEqual(agreed(lines.length));
  });

  test('choices that are compared with dates and times', () => {
    const lines = [
      ...linesOf('valueDateTime', quoted(moments)),
      ...linesOf('valueTime', quoted(times)),
      ...linesOf('valueQuantity', ['{"value":5}']),
      ...linesOf('valueString', ['"2020"']),
      ...linesOf('status', ['"x"']),
    ];
    const paths = [
      'value = @2020-02-29',
      '@2020 != value',
      'value = issued',
      'value = @T12:30',
      'value != @T12',
    ];
    expect(compareColumns(paths, lines)).toEqual(agreed(lines.length));
    const stamps = linesOf('valueDateTime', quoted(moments));
    const orders = ['value > @2020-02-29', '@2020 <= value', 'value < @2020-02-29T12:30:00.25Z'];
    expect(compareColumns(orders, stamps)).toEqual(agreed(stamps.length));
  });
});

test('the scan leaves values without an order, and digits that it has no room for', () => {
  const period = linesOf('effectivePeriod', ['{"start":"2020"}']);
  expect(compareColumns('effective > @2020', period)).toEqual(agreed(1).map(() => '0 of 1'));
  const fine = linesOf('valueDateTime', ['"2020-02-29T12:30:00.1234567890Z"']);
  expect(compareColumns('value.ofType(dateTime) + 1 day', fine)).toEqual(agreed(1).map(() => '0 of 1'));
  const plain = linesOf('valueDateTime', ['"2020-02-29T12:30:00Z"']);
  const tiny = 'value.ofType(dateTime) + 0.0000000001 seconds';
  expect(compareColumns(tiny, plain)).toEqual(agreed(1).map(() => '0 of 1'));
});
