import { describe, expect, test } from '@jest/globals';
import { makeReport } from './report.js';
import { faultIn, type SuiteTest } from './suite.js';

function suiteTest(expectation: Partial<SuiteTest>): SuiteTest {
  return { title: 't', view: {}, ...expectation };
}

describe('what a tier made of a test', () => {
  const expected = suiteTest({
    expect: [
      { a: 1, b: null },
      { a: 2, b: ['x'] },
    ],
    expectColumns: ['a', 'b'],
  });
  const rows = (...found: Record<string, unknown>[]) => ({
    kind: 'rows' as const,
    columns: ['a', 'b'],
    rows: found,
  });

  test('agrees whatever the order of rows and keys', () => {
    expect(faultIn(rows({ b: ['x'], a: 2 }, { a: 1, b: null }), expected)).toBeUndefined();
  });

  test.each([
    [rows({ a: 1, b: null }), 'expected {"a":1,"b":null} {"a":2,"b":["x"]}, found {"a":1,"b":null}'],
    [rows({ a: 1 }, { a: 2, b: ['x'] }), 'found {"a":1} '],
    [rows({ a: '1', b: null }, { a: 2, b: ['x'] }), 'found {"a":"1","b":null}'],
    [{ ...rows(), columns: ['b', 'a'] }, 'expected the columns a,b, found b,a'],
    [{ kind: 'refused' as const, reason: 'no such path' }, 'found the error: no such path'],
  ])('%j is a fault', (outcome, fault) => {
    expect(faultIn(outcome, expected)).toContain(fault);
  });

  test('agrees with an expected error only by refusing', () => {
    const error = suiteTest({ expectError: true });
    expect(faultIn({ kind: 'refused', reason: 'any' }, error)).toBeUndefined();
    expect(faultIn(rows(), error)).toBe('expected an error, found rows');
  });

  test('agrees with an expected count', () => {
    expect(faultIn(rows({ a: 1 }), suiteTest({ expectCount: 1 }))).toBeUndefined();
    expect(faultIn(rows(), suiteTest({ expectCount: 1 }))).toBe('expected 1 rows, found 0');
  });
});

test('the report says of each test whether it passed on every tier, and where it did not', () => {
  const file = { name: 'basic.json', resources: [], tests: [] };
  const report = makeReport([
    {
      file,
      test: suiteTest({ title: 'good' }),
      byTier: new Map([
        ['codegen', undefined],
        ['http', undefined],
      ]),
    },
    {
      file,
      test: suiteTest({ title: 'bad' }),
      byTier: new Map([
        ['codegen', undefined],
        ['http', 'no rows'],
      ]),
    },
  ]);
  expect(report).toEqual({
    'basic.json': {
      tests: [
        { name: 'good', result: { passed: true, details: { tiers: { codegen: true, http: true } } } },
        {
          name: 'bad',
          result: {
            passed: false,
            error: 'http: no rows',
            details: { tiers: { codegen: true, http: false } },
          },
        },
      ],
    },
  });
});
