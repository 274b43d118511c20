import { describe, expect, test } from '@jest/globals';
import { readTypeFilters, typeFiltersOf } from './type-filters.js';

const given = (...texts: readonly string[]) =>
  texts.map((value, index) => ({
    name: '_typeFilter',
    expression: `_typeFilter[${index}]`,
    value: { type: 'string' as const, value },
    parts: [],
  }));
const read = (...texts: readonly string[]) =>
  readTypeFilters(typeFiltersOf(given(...texts), 3), ['Observation', 'Patient']);

describe('the searches of a request', () => {
  test('are apart behind commas in version 3, unless a comma is in a value', () => {
    const text = 'Observation?code=a,b,Patient?gender=male,female';
    expect(typeFiltersOf(given(text), 3)?.map(({ value }) => value)).toEqual([
      'Observation?code=a,b',
      'Patient?gender=male,female',
    ]);
    expect(typeFiltersOf(given(text), 4)).toHaveLength(1);
    expect(typeFiltersOf([], 3)).toBeUndefined();
  });

  test('of one type are alternatives, and leave other types whole', () => {
    const { ofType, faults, passable } = read('Observation?status=final', 'Observation?code=x');
    expect(ofType('Observation')).toEqual([
      "status.where($this = 'final').exists()",
      "code.coding.where(code = 'x').exists()",
    ]);
    expect(ofType('Patient')).toBeUndefined();
    expect([...faults, ...passable]).toEqual([]);
  });

  test.each([
    ['no search', 'no search of one type'],
    ['Nothing?code=1', 'no search of one type'],
    ['Encounter?status=finished', 'which the request does not export'],
    ['Observation?_sort=date', '_sort is no criterion'],
    ['Observation?foo=1', 'foo is not a search parameter of Observation'],
    ['Observation?subject.name=Ann', 'it looks into other resources'],
    ['Observation?code:text=x', 'code:text has a modifier'],
    ['Observation?code-value-quantity=1$2', 'it is a composite parameter'],
    ['Observation?date=ap2020', 'date has a value that has the prefix ap'],
  ])('%j is told of: %s', (text, why) => {
    const { passable } = read(text);
    expect(passable.map(({ fault }) => fault.diagnostics).join()).toContain(why);
  });

  test('leave more and never less where something is passed over', () => {
    expect(read('Observation?foo=1').ofType('Observation')).toBeUndefined();
    expect(read('Observation?foo=1&status=final').ofType('Observation')).toHaveLength(1);
    expect(read('Observation?foo=1', 'Observation?status=final').ofType('Observation')).toBeUndefined();
  });

  test('are not too many, too long or too wide', () => {
    const codes = (from: number) =>
      Array.from({ length: 400 }, (_, n) => `urn:some:system|${from + n}`).join(',');
    expect(read(...Array<string>(201).fill('Patient?active=true')).faults).toMatchObject([
      { code: 'too-costly' },
    ]);
    expect(read(`Patient?name=${'a'.repeat(20_000)}`).faults).toMatchObject([{ code: 'too-costly' }]);
    const wide = Array.from({ length: 20 }, (_, n) => `Observation?code=${codes(1000 * n)}`);
    expect(read(...wide).faults).toMatchObject([{ code: 'too-costly' }]);
  });
});
