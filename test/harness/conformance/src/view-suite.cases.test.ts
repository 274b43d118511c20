import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { NumberText, compileView } from '@millrace/viewdef';
import { runInProcess } from './run-in-process.js';
import { parseSuite, runSuiteTest } from './view-suite.js';
import type { RunView, Suite, SuiteTest } from './view-suite.js';

const folder = process.env['SOF_TESTS'] ?? '../shared/spec/sof-tests';
const describeWithSuite = existsSync(folder) ? describe : describe.skip;

function suites(): readonly (readonly [string, Suite])[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => {
      const suite = parseSuite(readFileSync(join(folder, name), 'utf8'));
      return suite === undefined ? [] : [[name, suite] as const];
    });
}

describeWithSuite('the official ViewDefinition tests', () => {
  test.each(['auto', 'fhirpath'] as const)('all pass on the engine %s', async (engine) => {
    const failures: string[] = [];
    let passed = 0;
    for (const [name, suite] of suites()) {
      for (const suiteTest of suite.tests) {
        const fault = await runSuiteTest(suiteTest, suite.resources, runInProcess(engine));
        if (fault === undefined) passed++;
        else failures.push(`${name}: ${suiteTest.title}: ${fault}`);
      }
    }
    expect(failures).toEqual([]);
    expect(passed).toBeGreaterThanOrEqual(148);
  });

  test('none needs fhirpath.js', () => {
    const views = suites().flatMap(([, suite]) => suite.tests.filter((each) => !each.expectError));
    expect(views.flatMap((each) => compileView(each.view).engine.outside)).toEqual([]);
  });
});

function suiteTest(expectation: Partial<SuiteTest>): SuiteTest {
  return {
    title: 'example',
    view: {},
    expect: undefined,
    expectCount: undefined,
    expectError: false,
    expectColumns: undefined,
    ...expectation,
  };
}

type Rows = NonNullable<SuiteTest['expect']>;

function faultOf(test: SuiteTest, rows: Rows, columns?: readonly string[]): Promise<string | undefined> {
  return runSuiteTest(test, [], () => Promise.resolve({ rows, columns }));
}

describe('a suite test', () => {
  const expected = suiteTest({
    expect: [
      { a: 1, b: null },
      { a: 2, b: ['x'] },
      { a: 2, b: ['x'] },
    ],
    expectColumns: ['a', 'b'],
  });
  const one = { a: 1, b: null };
  const two = { a: 2, b: ['x'] };

  test('passes for any order of rows and keys', async () => {
    expect(await faultOf(expected, [two, { b: null, a: 1 }, two], ['a', 'b'])).toBeUndefined();
  });

  const wrong: readonly (readonly [string, Rows, string])[] = [
    ['is missing', [one, two], 'expected 3 rows, got 2: '],
    ['is too many', [one, one, two, two], 'expected 3 rows, got 4: '],
    [
      'is doubled in place of another',
      [one, one, two],
      'expected the row {"a":2,"b":["x"]}, got {"a":1,"b":null}',
    ],
    ['has another value', [one, two, { a: 2, b: ['y'] }], 'got {"a":2,"b":["y"]}'],
    ['has a value of another type', [{ a: '1', b: null }, two, two], 'got {"a":"1","b":null}'],
    ['lacks a column that is null', [{ a: 1 }, two, two], 'got {"a":1}'],
    ['has one column more', [{ ...one, c: null }, two, two], 'got {"a":1,"b":null,"c":null}'],
  ];
  test.each(wrong)('fails when a row %s', async (_, rows, fault) => {
    expect(await faultOf(expected, rows, ['a', 'b'])).toContain(fault);
  });

  test('fails when the columns are in another order, if the runner can tell', async () => {
    const rows = [one, two, two];
    expect(await faultOf(expected, rows, ['b', 'a'])).toBe('expected the columns (a, b), got (b, a)');
    expect(await faultOf(expected, rows, undefined)).toBeUndefined();
  });

  test('compares numbers by value, with all their digits', async () => {
    const digits = suiteTest({ expect: [{ a: new NumberText('12345678901234567890') }] });
    expect(await faultOf(digits, [{ a: new NumberText('12345678901234567890.0') }])).toBeUndefined();
    expect(await faultOf(digits, [{ a: new NumberText('12345678901234567891') }])).toContain(
      'expected the row',
    );
  });

  test('may expect a number of rows only', async () => {
    expect(await faultOf(suiteTest({ expectCount: 1 }), [one])).toBeUndefined();
    expect(await faultOf(suiteTest({ expectCount: 1 }), [])).toBe('expected 1 rows, got 0');
  });

  test('that expects an error passes when the view is refused, and only then', async () => {
    const refusing: RunView = () => Promise.resolve({ refusal: 'no such path' });
    const breaking: RunView = () => Promise.reject(new Error('broken'));
    const error = suiteTest({ expectError: true });
    expect(await runSuiteTest(error, [], refusing)).toBeUndefined();
    expect(await faultOf(error, [])).toBe('expected an error, got 0 rows');
    await expect(runSuiteTest(error, [], breaking)).rejects.toThrow('broken');
    expect(await runSuiteTest(expected, [], refusing)).toBe('expected rows, got the error: no such path');
  });
});

describe('a suite file', () => {
  const file = (test: string) =>
    `{"resources":[{"resourceType":"Basic","value":1.0}],"tests":[{"title":"t","view":{"limit":1.0}${test}}]}`;

  test('keeps the text of numbers in resources, and plain numbers in views', () => {
    const suite = parseSuite(file(',"expectCount":1'));
    expect(suite?.resources).toEqual([{ resourceType: 'Basic', value: new NumberText('1.0') }]);
    expect(suite?.tests).toEqual([suiteTest({ title: 't', view: { limit: 1 }, expectCount: 1 })]);
  });

  test.each([
    ['{"title":"a schema"}'],
    [file('')],
    [file(',"expectCount":1,"expectError":true')],
    ['{"resources":[{"id":"typeless"}],"tests":[]}'],
  ])('is not %s', (text) => {
    expect(parseSuite(text)).toBeUndefined();
  });
});
