import { describe, expect, test } from '@jest/globals';
import { agreed, compareColumns, linesOf } from '../harness/differential/src/testing/compare-columns.js';
import { FORMATS } from '../harness/differential/src/tiers.js';

const numbers = [
  '0',
  '-0',
  '0.0',
  '1',
  '-1',
  '3',
  '7',
  '1.0',
  '1.10',
  '-0.5',
  '100.25',
  '0.1',
  '0.30',
  '12345.678',
  '0.0000001',
  '-0.000001',
  '1e5',
  '1.5E-3',
  '2147483647',
  '999999999',
  '-666.6666',
] as const;
const exponents = ['1e21', '-1E+30', '1.23e-20', '100e-2', '1e400', '12345678e-4'] as const;

const moments = [
  '2020',
  '2020-02',
  '2020-02-29',
  '2020-03',
  '2020-02-29T12',
  '2020-02-29T12:30',
  '2020-02-29T12:30:00',
  '2020-02-29T12:30:00Z',
  '2020-02-29T12:30:00.5Z',
  '2020-02-29T12:30:00.500Z',
  '2020-02-29T12:30:00.123456789Z',
  '2020-02-29T14:30:00+02:00',
  '2020-03-01T00:30:00+12:00',
  '2020-02-28T23:30-13:00',
  '2020-02-29T12+05:30',
  '1999-12-31T23:59:59-05:00',
  '2000-01-01T04:59:59Z',
  '2020-12',
  '2019-02',
  '1900-02',
  '2000-02',
  '2020-13-45',
  '2020-00',
  '2020-02-29T25:61:61+99:99',
  '0001-01-01T00:00:00+14:00',
  '2020-02-29T',
  '2020-02-29T:30',
  '2020-02-29T12:3',
  '2020-02-29T12:30:00.',
  '20',
  '',
  'yesterday',
  String.raw`\u0032020`,
] as const;
const times = [
  '12',
  '12:30',
  '12:30:05',
  '12:30:05.5',
  '12:30:05.500',
  'T12:30',
  '23:59:59.9999',
  '1',
  '12:',
  '24:00',
] as const;

const comparisons = ['=', '!=', '<', '<=', '>', '>='];

function quantities(values: readonly string[]): readonly Buffer[] {
  return linesOf(
    'valueQuantity',
    values.map((value) => `{"value":${value}}`),
  );
}

function quoted(texts: readonly string[]): readonly string[] {
  return texts.map((text) => `"${text}"`);
}

/** Calls of both functions for each precision. */
function boundariesOf(path: string, precisions: readonly string[]): readonly string[] {
  return precisions.flatMap((precision) => [
    `${path}.lowBoundary(${precision})`,
    `${path}.highBoundary(${precision})`,
  ]);
}

describe('the scan takes and writes as generated code does', () => {
  test('results of decimals and whole numbers', () => {
    const lines = numbers.flatMap((left) =>
      numbers.map((right) => {
        const component = `[{"valueQuantity":{"value":${right}}}]`;
        return Buffer.from(
          `{"resourceType":"Observation","valueQuantity":{"value":${left}},"component":${component}}`,
        );
      }),
    );
    const value = 'value.ofType(Quantity).value';
    const paths = ['+', '-', '*', '/', 'div', 'mod'].flatMap((operator) => [
      `${value} ${operator} component.${value}`,
      `-(${value}) ${operator} 3`,
    ]);
    expect(compareColumns(paths, lines)).toEqual(agreed(lines.length));
  });

  test('the order of numbers, with exponents too', () => {
    const lines = quantities([...numbers, ...exponents]);
    const others = [...numbers, '1e21', '1.23e-20', '-1e30'];
    const constant = others.map((other, at) => ({ name: `other${at}`, valueDecimal: Number(other) }));
    const paths = comparisons.flatMap((operator) =>
      others.map((_, at) => `value.ofType(Quantity).value ${operator} %other${at}`),
    );
    expect(compareColumns(paths, lines, { constant })).toEqual(agreed(lines.length));
  });

  test('numbers of a view that are written with zeros in front', () => {
    const lines = quantities(numbers);
    const constant = [
      { name: 'whole', valueInteger64: '007' },
      { name: 'text', valueDecimal: '-00.50' },
    ];
    const value = 'value.ofType(Quantity).value';
    const paths = ['007', '-01.50', '%whole', '%text', '007.toString()'].flatMap((number) => [
      number,
      `${value} = ${number.replace('.toString()', '')}`,
    ]);
    expect(compareColumns(paths, lines, { constant })).toEqual(agreed(lines.length));
  });

  test('boundaries of numbers', () => {
    const precisions = ['', '0', '1', '3', '8', '9'];
    const decimals = quantities(numbers);
    const ofDecimals = boundariesOf('value.ofType(Quantity).value', precisions);
    expect(compareColumns(ofDecimals, decimals)).toEqual(agreed(decimals.length));
    const wholes = linesOf('valueInteger', ['0', '-7', '12', '1.5']);
    const ofWholes = boundariesOf('value.ofType(integer)', precisions);
    expect(compareColumns(ofWholes, wholes)).toEqual(agreed(wholes.length));
  });

  test('the order of moments, partial and with zones', () => {
    const lines = moments.flatMap((left) =>
      moments.map((right) => {
        const period = `{"start":"${left}","end":"${right}"}`;
        return Buffer.from(`{"resourceType":"Observation","effectivePeriod":${period}}`);
      }),
    );
    const period = 'effective.ofType(Period)';
    const paths = comparisons.map((operator) => `${period}.start ${operator} ${period}.end`);
    expect(compareColumns(paths, lines)).toEqual(agreed(lines.length));
  });

  test('the order of times, partial too', () => {
    const lines = linesOf('valueTime', quoted(times));
    const literals = ['12', '12:30', '12:30:05', '12:30:05.5', '23:59'];
    const paths = comparisons.flatMap((operator) =>
      literals.map((literal) => `value.ofType(time) ${operator} @T${literal}`),
    );
    expect(compareColumns(paths, lines)).toEqual(agreed(lines.length));
  });

  test('boundaries of moments and times', () => {
    const precisions = ['', '2', '3', '4', '5', '8', '9', '10', '12'];
    const stamps = linesOf('valueDateTime', quoted(moments));
    const ofStamps = boundariesOf('value.ofType(dateTime)', precisions);
    expect(compareColumns(ofStamps, stamps)).toEqual(agreed(stamps.length));
    const clocks = linesOf('valueTime', quoted(times));
    const ofClocks = boundariesOf('value.ofType(time)', ['', '2', '3', '4', '5', '8', '10']);
    expect(compareColumns(ofClocks, clocks)).toEqual(agreed(clocks.length));
    const births = moments.map((moment) => Buffer.from(`{"resourceType":"Patient","birthDate":"${moment}"}`));
    const ofBirths = boundariesOf('birthDate', precisions);
    expect(compareColumns(ofBirths, births, { resource: 'Patient' })).toEqual(agreed(births.length));
  });

  test('boundaries of moments and times that cut off digits of a second, if that changes no other digit', () => {
    const stamps = linesOf('valueDateTime', quoted(moments));
    const ofStamps = boundariesOf('value.ofType(dateTime)', ['14', '17']);
    const left = moments.filter((moment) => /\.\d*[1-9]/.test(moment)).length;
    expect(compareColumns(ofStamps, stamps)).toEqual(
      FORMATS.map(() => `${stamps.length - left} of ${stamps.length}`),
    );
    const clocks = linesOf('valueTime', quoted(times));
    const ofClocks = boundariesOf('value.ofType(time)', ['6', '9']);
    const finer = times.filter((time) => /\.\d*[1-9]/.test(time)).length;
    expect(compareColumns(ofClocks, clocks)).toEqual(
      FORMATS.map(() => `${clocks.length - finer} of ${clocks.length}`),
    );
  });
});
