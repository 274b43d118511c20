import { expect, test } from '@jest/globals';
import type { Cell } from '../cell.js';
import { compileView } from '../compile-view.js';
import { createResourceParser } from '../json/parse-resource.js';

/** The cell of the only row, of an Observation with these components, by fhirpath.js. */
function evaluate(path: string, components: readonly string[]): Cell | undefined {
  const column = [{ name: 'value', path }];
  const view = compileView({ resource: 'Observation', select: [{ column }] }, { engine: 'fhirpath' });
  const text = `{"resourceType":"Observation","component":[${components.join(',')}]}`;
  let cell: Cell | undefined;
  view.evaluate(createResourceParser([view])(text), ([first]) => {
    cell = first;
  });
  return cell;
}

const quantity = (value: string, more = ''): string => `{"valueQuantity":{"value":${value}${more}}}`;
const ucum = (code: string): string => `,"system":"http://unitsofmeasure.org","code":"${code}"`;

/** Further items, which make the set a large one. */
const others = ['2', '3', '4', '5', '6', '7', '8'];

test.each([
  ['numbers with other places', '', ['1', '1.0', '1.00', '10e-1'], 1],
  ['numbers that differ behind the fifteenth digit', '', ['9007199254740993', '9007199254740992'], 2],
  ['quantities in a unit', ucum('mg'), ['1', '1.0'], 1],
  ['quantities in a unit that UCUM does not have', ucum('mmHg'), ['1', '1.0', '9'], 2],
  ['quantities in weeks', ucum('wk'), ['1', '1.0'], 1],
])('%s are told apart in small and in large sets', (_, unit, values, distinct) => {
  const some = values.map((value) => quantity(value, unit));
  const many = [...some, ...others.map((value) => quantity(value, unit))];
  for (const path of ['component.value', 'component']) {
    expect(evaluate(`${path}.distinct().count()`, some)).toBe(distinct);
    expect(evaluate(`${path}.distinct().count()`, many)).toBe(distinct + others.length);
    expect(evaluate(`(${path} | ${path}).count()`, many)).toBe(distinct + others.length);
  }
});
