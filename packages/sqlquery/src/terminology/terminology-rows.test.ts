import { describe, expect, test } from '@jest/globals';
import { conceptMapRows } from './concept-map-rows.js';
import { createDistinctRows } from './distinct-rows.js';
import { expansionEntries } from './value-set-rows.js';

describe('the rows of an expansion', () => {
  const rows = (contains: unknown) => [...expansionEntries(contains)].flatMap(({ row }) => row ?? []);
  const flat = (contains: unknown) => [...expansionEntries(contains)].map(({ row }) => row);

  test('are its entries of all depths, in their order, without those that only group others', () => {
    const contains = [
      {
        system: 'urn:s',
        code: 'a',
        contains: [
          { system: 'urn:s', version: '2', code: 'b', display: 'B', inactive: true, designation: [{}] },
          {
            abstract: true,
            system: 'urn:s',
            code: 'g',
            contains: [{ system: 'urn:s', code: 'c', inactive: false }],
          },
        ],
      },
      { system: 'urn:t', code: 'a' },
    ];
    expect(flat(contains)).toEqual([
      ['urn:s', null, 'a', null, null],
      ['urn:s', '2', 'b', 'B', true],
      undefined,
      ['urn:s', null, 'c', null, false],
      ['urn:t', null, 'a', null, null],
    ]);
  });

  test('have no entry without system or code', () => {
    expect(rows([{ code: 'a' }, { system: 'urn:s' }, { system: '', code: 'a' }])).toEqual([]);
  });

  test('are found at any depth', () => {
    let contains: unknown[] = [{ system: 'urn:s', code: 'deepest' }];
    for (let depth = 0; depth < 50_000; depth += 1) contains = [{ contains }];
    expect(rows(contains)).toContain('deepest');
  });
});

describe('the rows of a concept map', () => {
  test('are its targets, and elements that are mapped to nothing', () => {
    const group = [
      {
        source: 'urn:s|1',
        target: 'urn:t',
        element: [
          {
            code: 'a',
            display: 'A',
            target: [
              { code: 'x', display: 'X', relationship: 'equivalent' },
              { code: 'y', relationship: 'not-related-to' },
            ],
          },
          { code: 'b', noMap: true },
          { code: 'c' },
        ],
        unmapped: { mode: 'fixed', code: 'z' },
      },
      { source: 'urn:s', element: [{ code: 'a', noMap: true }] },
    ];
    expect([...conceptMapRows({ resourceType: 'ConceptMap', group })]).toEqual([
      ['urn:s', '1', 'a', 'A', 'urn:t', null, 'x', 'X', 'equivalent'],
      ['urn:s', '1', 'a', 'A', 'urn:t', null, 'y', null, 'not-related-to'],
      ['urn:s', '1', 'b', null, 'urn:t', null, null, null, null],
      ['urn:s', null, 'a', null, null, null, null, null, null],
    ]);
  });
});

describe('a relation', () => {
  test('has each key once, with the displays that came first, and nulls are equal', () => {
    const rows = createDistinctRows('ValueSet', 2);
    expect(rows.add(['urn:s', null, 'a', 'first', null])).toBe(true);
    expect(rows.add(['urn:s', null, 'a', 'second', true])).toBe(true);
    expect(rows.add(['urn:s', '1', 'a', null, null])).toBe(true);
    expect(rows.add(['urn:s', '2', 'a', null, null])).toBe(false);
    expect(rows.rows).toEqual([
      ['urn:s', null, 'a', 'first', null],
      ['urn:s', '1', 'a', null, null],
    ]);
  });
});
