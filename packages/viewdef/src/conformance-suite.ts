import { z } from 'zod';
import { NumberText } from './cell.js';
import type { Cell, JsonValue } from './cell.js';
import { isRecord } from './definition/record.js';
import { parseResource } from './json/parse-resource.js';
import { toJsonText } from './json/json-text.js';
import { equalNumbers, isNumber } from './values/numbers.js';

/** What a runner makes of one view; it throws when the view is refused or fails. */
export interface RunRows {
  readonly rows: readonly Readonly<Record<string, Cell>>[];
  /** Names in the order of the output, where the runner can tell. */
  readonly columns?: readonly string[] | undefined;
}

/** Evaluates a view over resources: in process, or by asking a server. */
export type RunView = (view: unknown, resources: readonly JsonValue[]) => RunRows | Promise<RunRows>;

export interface SuiteTest {
  readonly title: string;
  readonly tags: readonly string[];
  readonly view: unknown;
  /** Exactly one of the three expectations is set. */
  readonly expect: readonly Readonly<Record<string, JsonValue>>[] | undefined;
  readonly expectCount: number | undefined;
  readonly expectError: boolean;
  readonly expectColumns: readonly string[] | undefined;
}

/** One file of the official ViewDefinition tests. */
export interface Suite {
  readonly title: string;
  readonly resources: readonly JsonValue[];
  readonly tests: readonly SuiteTest[];
}

export interface TestOutcome {
  readonly title: string;
  readonly passed: boolean;
  /** Why it failed. */
  readonly error: string | undefined;
}

/** The published report: file name to results. */
export type TestReport = Readonly<
  Record<
    string,
    {
      readonly tests: readonly {
        readonly name: string;
        readonly result: { readonly passed: boolean; readonly error?: string };
      }[];
    }
  >
>;

const row = z.custom<Readonly<Record<string, JsonValue>>>(isRecord);

const suiteFile = z.looseObject({
  title: z.string(),
  resources: z.array(z.custom<JsonValue>(isRecord)),
  tests: z.array(
    z.looseObject({
      title: z.string(),
      tags: z.array(z.string()).default([]),
      view: z.unknown(),
      expect: z.array(row).optional(),
      expectCount: z.number().optional(),
      expectError: z.boolean().default(false),
      expectColumns: z.array(z.string()).optional(),
    }),
  ),
});

/**
 * Reads one file of the suite; undefined for JSON of another kind, such as the schema that lies beside them.
 * Numbers keep their text, because `1.0` and `1` have different boundaries.
 *
 * @throws JsonSyntaxError
 */
export function parseSuite(text: string): Suite | undefined {
  const read = suiteFile.safeParse(parseResource(text, true));
  if (!read.success) return undefined;
  const { title, resources, tests } = read.data;
  return {
    title,
    resources,
    tests: tests.map((test) => ({
      title: test.title,
      tags: test.tags,
      view: plainNumbers(test.view),
      expect: test.expect,
      expectCount: test.expectCount,
      expectError: test.expectError,
      expectColumns: test.expectColumns,
    })),
  };
}

/** Runs one test. Whatever the runner throws counts as a refusal. */
export async function runSuiteTest(
  test: SuiteTest,
  resources: readonly JsonValue[],
  run: RunView,
): Promise<TestOutcome> {
  let actual: RunRows;
  try {
    actual = await run(test.view, resources);
  } catch (error) {
    const reason = test.expectError
      ? undefined
      : `failed: ${error instanceof Error ? error.message : String(error)}`;
    return outcome(test, reason);
  }
  return outcome(test, faultOf(test, actual));
}

/** The report that the specification's web site reads, from outcomes by file name. */
export function testReport(outcomes: ReadonlyMap<string, readonly TestOutcome[]>): TestReport {
  return Object.fromEntries(
    [...outcomes].map(([file, tests]) => [
      file,
      {
        tests: tests.map(({ title, passed, error }) => ({
          name: title,
          result: error === undefined ? { passed } : { passed, error },
        })),
      },
    ]),
  );
}

/** Whether two cells are the same value: numbers by value, lists item by item, objects by their properties. */
export function equalCells(left: Cell | undefined, right: Cell | undefined): boolean {
  if (left === right) return true;
  if (left === undefined || right === undefined) return false;
  if (isNumber(left) || isNumber(right)) return equalNumbers(left, right);
  if (Array.isArray(left) && Array.isArray(right)) {
    return (
      left.length === right.length &&
      left.every((item: Cell, index) => equalCells(item, right[index] as Cell))
    );
  }
  return isRecord(left) && isRecord(right) && equalRows(left as CellRecord, right as CellRecord);
}

type CellRecord = Readonly<Record<string, Cell>>;

function outcome(test: SuiteTest, error: string | undefined): TestOutcome {
  return { title: test.title, passed: error === undefined, error };
}

function faultOf(test: SuiteTest, actual: RunRows): string | undefined {
  if (test.expectError) return `expected an error, got ${String(actual.rows.length)} rows`;
  if (test.expectCount !== undefined && actual.rows.length !== test.expectCount) {
    return `expected ${String(test.expectCount)} rows, got ${String(actual.rows.length)}`;
  }
  const { expectColumns } = test;
  if (expectColumns !== undefined && actual.columns !== undefined) {
    const [wanted, found] = [expectColumns.join(', '), actual.columns.join(', ')];
    if (wanted !== found) return `expected the columns (${wanted}), got (${found})`;
  }
  return test.expect === undefined ? undefined : rowsFault(test.expect, actual.rows);
}

/** The order of rows does not count, how often each occurs does. */
function rowsFault(expected: readonly CellRecord[], actual: readonly CellRecord[]): string | undefined {
  if (expected.length !== actual.length) {
    return `expected ${String(expected.length)} rows, got ${String(actual.length)}: ${actual.map(toJsonText).join(' ')}`;
  }
  const unmatched = [...actual];
  for (const row of expected) {
    const found = unmatched.findIndex((candidate) => equalRows(row, candidate));
    if (found === -1)
      return `expected the row ${toJsonText(row)}, got ${unmatched.map(toJsonText).join(' ')}`;
    unmatched.splice(found, 1);
  }
  return undefined;
}

function equalRows(left: CellRecord, right: CellRecord): boolean {
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => equalCells(left[key], right[key]));
}

/** A view has no use for number texts. */
function plainNumbers(value: unknown): unknown {
  if (value instanceof NumberText) return Number(value.text);
  if (Array.isArray(value)) return value.map(plainNumbers);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainNumbers(item)]));
}
