import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { refusedParameters } from './refused-parameters.js';
import { searchParameters, searchedTypes } from './search-parameter.js';
import { searchPredicates } from './search-predicates.js';

const predicatesOf = (search: string) => searchPredicates(search)?.predicates;

describe('a search as FHIRPath', () => {
  test.each([
    ['Patient?', undefined],
    ['Observation?status=final', ["status.where($this = 'final').exists()"]],
    [
      'Observation?code=http://loinc.org|8867-4,|x',
      [
        "(code.coding.where(system = 'http://loinc.org' and code = '8867-4' or system.empty() and code = 'x').exists())",
      ],
    ],
    [
      'Observation?code:not=x&status=final',
      ["(code.coding.where(code = 'x').exists()).not() and status.where($this = 'final').exists()"],
    ],
    ["Patient?family:exact=it's", ["name.family.where($this = 'it\\'s').exists()"]],
    ['Observation?patient=7', ["subject.where(getReferenceKey(Patient) = '7').exists()"]],
  ])('%s', (search, predicates) => {
    expect(predicatesOf(search)).toEqual(predicates);
  });

  test.each([
    '',
    'Patient',
    'patient?x=1',
    'Resource?_id=1',
    'Patient?name=%E0%A4%A',
    'Nobody?a=b',
    '$export?a=b',
  ])('%j is refused', (text) => {
    expect(searchPredicates(text)).toBeUndefined();
  });

  test('has no path that is longer than a view may have', () => {
    const codes = Array.from({ length: 300 }, (_, n) => `http://example.org/some/system|${n}`).join(',');
    const predicates = predicatesOf(`Observation?combo-code=${codes}&status=final`) ?? [];
    expect(predicates.length).toBeGreaterThan(10);
    expect(Math.max(...predicates.map(({ length }) => length))).toBeLessThan(2000);
  });

  test('refuses values that make more predicates than can be looked at', () => {
    const codes = Array.from({ length: 2000 }, (_, n) => `http://example.org/some/system|${n}`).join(',');
    const search = searchPredicates(`Observation?code=${codes}&status=final`);
    expect(search?.refused).toMatchObject([{ criterion: 'code' }]);
    expect(search?.predicates).toHaveLength(1);
  });

  test('never repeats a value in what it refuses', () => {
    const value = fc.stringMatching(/^[a-z]{0,3}SECRET[|:$]{0,3}$/);
    const parameter = fc.constantFrom(
      'date',
      'value-quantity',
      'subject',
      'code-value-date',
      'date:not',
      '_text',
    );
    fc.assert(
      fc.property(parameter, value, (name, text) => {
        const refused = searchPredicates(`Observation?${name}=${text}`)?.refused ?? [];
        expect(JSON.stringify(refused)).not.toContain('SECRET');
      }),
    );
  });
});

test('every search parameter of R4 can be searched by, or says why not', () => {
  const values: Readonly<Record<string, string>> = {
    token: 'a',
    reference: 'a',
    date: '2020',
    string: 'a',
    quantity: '1',
    number: '1',
    uri: 'a',
  };
  let searched = 0;
  for (const type of searchedTypes()) {
    for (const parameter of searchParameters(type)?.values() ?? []) {
      const isBoolean =
        'targets' in parameter && parameter.targets.some(({ element }) => element.includes('boolean'));
      const value = isBoolean ? 'true' : 'type' in parameter ? values[parameter.type] : 'a';
      const { predicates, refused } = searchPredicates(`${type}?${parameter.name}=${value}`) ?? {};
      if ('refused' in parameter) expect(refused).toHaveLength(1);
      else {
        expect([type, parameter.name, refused]).toEqual([type, parameter.name, []]);
        expect(predicates?.length).toBeGreaterThan(0);
        searched += 1;
      }
    }
  }
  expect(searched).toBeGreaterThan(2000);
});

test('what is refused is listed by the reason', () => {
  const refused = refusedParameters();
  expect(refused.get('it is a composite parameter')).toContain('Observation.code-value-quantity');
  expect(refused.get('it has rules of its own')).toEqual(['Location.near', '_content', '_query', '_text']);
  expect([...refused.keys()]).toHaveLength(4);
});
