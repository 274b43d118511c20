import { expect, test } from '@jest/globals';
import type { Cell } from '../cell.js';
import { compileView } from '../compile-view.js';
import { createResourceParser } from '../json/parse-resource.js';
import { toJsonText } from '../json/json-text.js';

interface Measured {
  readonly value: string;
  readonly code?: string;
}

/** The column of the only row, of an Observation with these measurements, by fhirpath.js. */
function evaluate(path: string, measured: readonly (string | Measured)[]): Cell | undefined {
  const column = [{ name: 'value', path, collection: true }];
  const view = compileView({ resource: 'Observation', select: [{ column }] }, { engine: 'fhirpath' });
  const components = measured.map((one) => {
    const { value, code } = typeof one === 'string' ? { value: one, code: undefined } : one;
    const unit = code === undefined ? '' : `,"system":"http://unitsofmeasure.org","code":"${code}"`;
    return `{"valueQuantity":{"value":${value}${unit}}}`;
  });
  const text = `{"resourceType":"Observation","component":[${components.join(',')}]}`;
  const rows: Cell[] = [];
  view.evaluate(createResourceParser([view])(text), ([cell]) => rows.push(cell ?? null));
  return rows[0];
}

const values = 'component.value.ofType(Quantity).value';
const [one, other] = ['component[0].value.ofType(Quantity)', 'component[1].value.ofType(Quantity)'];

test.each([
  [`${values}.distinct().count()`, 3],
  [`(${values} | 0.0000000030).count()`, 3],
  [`${values}.isDistinct()`, true],
  [`${values}.exclude(0.000000001).count()`, 2],
  [`${values}.where($this > 0).count()`, 3],
  [`component.value.distinct().count()`, 3],
  [`0.000000004 in ${values}`, false],
  [`${values}.max() = 0.000000003`, true],
])('numbers that differ behind the eighth place are not equal: %s', (path, expected) => {
  expect(evaluate(path, ['0.000000001', '0.000000002', '0.000000003'])).toEqual([expected]);
});

test.each([
  ['9007199254740993', '9007199254740992', false],
  ['1.50', '1.5', true],
  ['1e2', '100.0', true],
  ['1e-400', '0', false],
])('%s and %s are equal: %s', (left, right, expected) => {
  expect(evaluate(`(${one}.value | {}) = ${other}.value`, [left, right])).toEqual([expected]);
  expect(evaluate(`(${one}.value | {}) > ${other}.value`, [left, right])).toEqual([!expected]);
});

test.each([
  [{ value: '0.000000001', code: 'g' }, { value: '0.000000002', code: 'g' }, false],
  [{ value: '0.000000001', code: 'g' }, { value: '0.000002', code: 'mg' }, false],
  [{ value: '0.000000001', code: 'g' }, { value: '0.0000010', code: 'mg' }, true],
  [{ value: '5', code: '[in_i]' }, { value: '12.7', code: 'cm' }, true],
  [{ value: '1', code: '[lb_av]' }, { value: '453.59237', code: 'g' }, true],
])('quantities are compared by value and unit: %j and %j', (left, right, expected) => {
  expect(evaluate(`${one} = ${other}`, [left, right])).toEqual([expected]);
  expect(evaluate(`${one} >= ${other}`, [left, right])).toEqual([expected]);
});

test.each([
  '0.ln()',
  '(-1).ln()',
  '0.log(10)',
  '(-1).log(2)',
  '(-1).power(0.5)',
  '9223372036854775807.exp()',
])('what is no number is nothing: %s', (path) => {
  expect(evaluate(path, ['1'])).toEqual([]);
  expect(evaluate(`${path}.exists()`, ['1'])).toEqual([false]);
});

test.each([
  ['007', '7'],
  ['-01.50', '-1.50'],
  ['00', '0'],
  ['00.5', '0.5'],
  ['007 | {}', '7'],
  ["'007.50'.toDecimal()", '7.50'],
])('%s is written as JSON has numbers', (path, expected) => {
  expect(toJsonText(evaluate(path, ['1']) ?? null)).toBe(`[${expected}]`);
});
