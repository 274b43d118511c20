import { expect, test } from '@jest/globals';
import { makeReport } from './report.js';
import type { SuiteCase } from './suite-folder.js';

function suiteTest(title: string): SuiteCase['test'] {
  return {
    title,
    view: {},
    expect: [],
    expectCount: undefined,
    expectError: false,
    expectColumns: undefined,
  };
}

test('the report says of each test whether it passed on every tier, and where it did not', () => {
  const file = { name: 'basic.json', resources: [], tests: [] };
  const report = makeReport([
    {
      file,
      test: suiteTest('good'),
      byTier: new Map([
        ['codegen', undefined],
        ['http', undefined],
      ]),
    },
    {
      file,
      test: suiteTest('bad'),
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
