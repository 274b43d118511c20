import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { compileView } from './compile-view.js';
import type { EngineChoice } from './compiled-view.js';
import { parseSuite, runSuiteTest, testReport } from './conformance-suite.js';
import type { RunView, Suite, SuiteTest } from './conformance-suite.js';

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

function inProcess(engine: EngineChoice): RunView {
  return (definition, resources) => {
    const view = compileView(definition, { engine });
    const names = view.columns.map(({ name }) => name);
    const rows: Record<string, never>[] = [];
    for (const resource of resources) {
      view.evaluate(resource, (row) => {
        rows.push(
          Object.fromEntries(names.map((name, index) => [name, row[index]])) as Record<string, never>,
        );
      });
    }
    return { rows, columns: names };
  };
}

describeWithSuite('the official ViewDefinition tests', () => {
  test.each(['auto', 'fhirpath'] as const)('all pass on the engine %s', async (engine) => {
    const failures: string[] = [];
    let passed = 0;
    for (const [name, suite] of suites()) {
      for (const suiteTest of suite.tests) {
        const outcome = await runSuiteTest(suiteTest, suite.resources, inProcess(engine));
        if (outcome.passed) passed++;
        else failures.push(`${name}: ${outcome.title}: ${outcome.error ?? ''}`);
      }
    }
    expect(failures).toEqual([]);
    expect(passed).toBeGreaterThanOrEqual(144);
  });

  test('none needs fhirpath.js', () => {
    const views = suites().flatMap(([, suite]) => suite.tests.filter((each) => !each.expectError));
    const columns = views.flatMap((each) => compileView(each.view).engine.fhirpathColumns);
    expect(columns).toEqual([]);
  });
});

function suiteTest(expectation: Partial<SuiteTest>): SuiteTest {
  return {
    title: 'example',
    tags: [],
    view: {},
    expect: undefined,
    expectCount: undefined,
    expectError: false,
    expectColumns: undefined,
    ...expectation,
  };
}

describe('a suite test', () => {
  test('does not ask for an order of rows', async () => {
    const outcome = await runSuiteTest(suiteTest({ expect: [{ a: 1 }, { a: 2 }] }), [], () => ({
      rows: [{ a: 2 }, { a: 1 }],
    }));
    expect(outcome).toEqual({ title: 'example', passed: true, error: undefined });
  });

  test('fails when a row is missing, doubled or has another column', async () => {
    const run = (rows: readonly Record<string, number | null>[]) =>
      runSuiteTest(suiteTest({ expect: [{ a: 1 }, { a: 1 }] }), [], () => ({ rows }));
    expect((await run([{ a: 1 }])).passed).toBe(false);
    expect((await run([{ a: 1 }, { a: 2 }])).passed).toBe(false);
    expect((await run([{ a: 1 }, { a: 1, b: null }])).passed).toBe(false);
  });

  test('that expects an error passes when the runner throws, and only then', async () => {
    const refusing = () => {
      throw new Error('no');
    };
    const expected = suiteTest({ expectError: true });
    expect((await runSuiteTest(expected, [], refusing)).passed).toBe(true);
    expect((await runSuiteTest(expected, [], () => ({ rows: [] }))).passed).toBe(false);
    expect((await runSuiteTest(suiteTest({ expect: [] }), [], refusing)).error).toBe('failed: no');
  });

  test('compares the order of columns where one is expected', async () => {
    const expected = suiteTest({ expectColumns: ['a', 'b'], expect: [] });
    const run = (columns: readonly string[]) => runSuiteTest(expected, [], () => ({ rows: [], columns }));
    expect((await run(['a', 'b'])).passed).toBe(true);
    expect((await run(['b', 'a'])).passed).toBe(false);
  });

  test('is reported by file, with a reason only if it failed', () => {
    const outcomes = [
      { title: 'one', passed: true, error: undefined },
      { title: 'two', passed: false, error: 'why' },
    ];
    expect(testReport(new Map([['basic.json', outcomes]]))).toEqual({
      'basic.json': {
        tests: [
          { name: 'one', result: { passed: true } },
          { name: 'two', result: { passed: false, error: 'why' } },
        ],
      },
    });
  });
});
