import { afterEach, describe, expect, test } from '@jest/globals';
import { createCompilation } from '@millrace/compilation';
import type { Compilation } from '@millrace/compilation';
import { BusyError } from '@millrace/threads';

type CompilationLimits = Parameters<typeof createCompilation>[0];

let compilation: Compilation | undefined;
afterEach(async () => {
  await compilation?.[Symbol.asyncDispose]();
  compilation = undefined;
});

function open(more: Partial<CompilationLimits> = {}): Compilation {
  const usual = { threads: 1, requestMs: 60_000, patienceMs: 60_000, mostWaiting: 10 };
  return (compilation = createCompilation({ ...usual, ...more }));
}

const R4 = { fhirVersion: 'R4', format: 'csv', handling: 'strict' } as const;
const view = (...paths: readonly string[]) => ({
  resourceType: 'ViewDefinition',
  resource: 'Patient',
  select: [{ column: paths.map((path, index) => ({ name: `c${index}`, path })) }],
});
/** Some 60 KB, as much as a view may have, that the parser of FHIRPath takes seconds for. */
const slow = view(...Array.from({ length: 145 }, (_, at) => `${'(1+'.repeat(100)}${at}${')'.repeat(100)}`));

describe('the views of a request', () => {
  test('have a verdict each, for their target', async () => {
    const { check } = open();
    const typed = view('id');
    Object.assign(typed.select[0]?.column[0] ?? {}, { tag: [{ name: 'ansi/type', value: 'SOMETHING' }] });
    const [good, faulty, csv] = await check([view('id'), view('@@', 'nothing()'), typed], R4);
    expect(good).toEqual({ faults: [], total: 0, warnings: [], warningsTotal: 0 });
    expect(faulty?.faults.map(({ expression }) => expression)).toEqual([
      'ViewDefinition.select[0].column[0].path',
      'ViewDefinition.select[0].column[1].path',
    ]);
    expect(csv?.total).toBe(0);
    const [parquet] = await check([typed], { ...R4, format: 'parquet' });
    expect(parquet?.faults).toMatchObject([{ expression: 'ViewDefinition.select', isTooCostly: false }]);
  });

  test('that cannot be meant are refused or warned of, as it is asked for, also when they are known', async () => {
    const { check } = open();
    const misspelt = view('nmae.family');
    const fault = { expression: 'ViewDefinition.select[0].column[0].path', isTooCostly: false };
    for (let turn = 0; turn < 2; turn += 1) {
      const [strict] = await check([misspelt], R4);
      expect(strict).toMatchObject({ faults: [fault], total: 1, warnings: [] });
      const [lenient] = await check([misspelt], { ...R4, handling: 'lenient' });
      expect(lenient).toMatchObject({ faults: [], total: 0, warnings: [fault], warningsTotal: 1 });
    }
  });

  test('are compiled once for all requests that ask for them at the same moment', async () => {
    const { check } = open({ mostWaiting: 0 });
    const verdicts = await Promise.all(Array.from({ length: 100 }, () => check([view('id')], R4)));
    expect(verdicts.flat().map(({ total }) => total)).toEqual(Array(100).fill(0));
    const others = [check([view('name.family')], R4), check([view('name.given')], R4)];
    await expect(Promise.all(others)).rejects.toThrow(BusyError);
  });

  test('with more faults than are listed have the first and their number', async () => {
    const [verdict] = await open().check([view(...Array<string>(300).fill('@@'))], R4);
    expect(verdict?.faults).toHaveLength(50);
    expect(verdict?.total).toBeGreaterThanOrEqual(300);
  });

  test('are too costly where they break a limit, or take too long, and others go on', async () => {
    const { check } = open({ requestMs: 1000 });
    const [large] = await check([view(...Array<string>(3000).fill('id'))], R4);
    expect(large?.faults).toMatchObject([{ isTooCostly: true }, ...(large?.faults.slice(1) ?? [])]);
    const verdicts = await check([view('id'), slow, view('gender')], R4);
    expect(verdicts.map(({ total }) => total)).toEqual([0, 1, 0]);
    expect(verdicts[1]?.faults).toMatchObject([{ expression: 'ViewDefinition', isTooCostly: true }]);
    expect(await check([view('id')], R4)).toMatchObject([{ total: 0 }]);
  });

  test('that were good are known, also while all threads are busy', async () => {
    const { check } = open({ requestMs: 1200, mostWaiting: 0 });
    await check([view('id')], R4);
    const busy = check([slow], R4);
    expect(await check([view('id'), view('id')], R4)).toMatchObject([{ total: 0 }, { total: 0 }]);
    await expect(check([view('gender')], R4)).rejects.toBeInstanceOf(BusyError);
    expect(await busy).toMatchObject([{ total: 1 }]);
  });
});
