import { isJsonObject } from '@millrace/fhir';
import { NumberText, createResourceParser, equalCells, toJsonText } from '@millrace/viewdef';
import type { Cell, JsonValue } from '@millrace/viewdef';
import * as z from 'zod';

/** The result of a runner for one view. */
export type ViewOutcome =
  | {
      readonly rows: readonly CellRecord[];
      /** Names in the order of the output; undefined where the runner cannot tell. */
      readonly columns: readonly string[] | undefined;
    }
  | { readonly refusal: string };

type CellRecord = Readonly<Record<string, Cell>>;

/**
 * Evaluates a view over resources: in process, or by asking a server. A runner that breaks rejects, because a
 * failure of its own must not pass where the suite expects the view to be refused.
 */
export type RunView = (view: SuiteTest['view'], resources: Suite['resources']) => Promise<ViewOutcome>;

export interface SuiteTest {
  readonly title: string;
  readonly view: Readonly<Record<string, unknown>>;
  /** Exactly one of the three expectations is set; `expectError` is false where it is not. */
  readonly expect: readonly CellRecord[] | undefined;
  readonly expectCount: number | undefined;
  readonly expectError: boolean;
  readonly expectColumns: readonly string[] | undefined;
}

/** One file of the official ViewDefinition tests (https://sql-on-fhir.org/ig/tests). */
export interface Suite {
  readonly resources: readonly SuiteResource[];
  readonly tests: readonly SuiteTest[];
}

export interface SuiteResource {
  readonly resourceType: string;
  readonly [element: string]: JsonValue;
}

const suiteFile = z.object({
  resources: z.array(
    z.custom<SuiteResource>((value) => isJsonObject(value) && isText(value['resourceType'])),
  ),
  tests: z.array(
    z
      .object({
        title: z.string(),
        view: z.custom<SuiteTest['view']>(isJsonObject),
        expect: z.array(z.custom<CellRecord>(isJsonObject)).optional(),
        expectCount: z.int().optional(),
        expectError: z.boolean().default(false),
        expectColumns: z.array(z.string()).optional(),
      })
      .refine(
        ({ expect, expectCount, expectError }) =>
          [expect !== undefined, expectCount !== undefined, expectError].filter(Boolean).length === 1,
      ),
  ),
});

const parse = createResourceParser([{ numberKeys: 'any' }]);

/**
 * Reads one file of the suite; undefined for JSON of another kind, such as the schema that lies beside them.
 * Numbers keep their text, because `1.0` and `1` have different boundaries.
 *
 * @throws JsonSyntaxError
 */
export function parseSuite(text: string): Suite | undefined {
  const read = suiteFile.safeParse(parse(text));
  if (!read.success) return undefined;
  const { resources, tests } = read.data;
  return {
    resources,
    tests: tests.map(({ title, view, expect, expectCount, expectError, expectColumns }) => ({
      title,
      view: withPlainNumbers(view),
      expect,
      expectCount,
      expectError,
      expectColumns,
    })),
  };
}

/**
 * Runs one test: why it failed, undefined when it passed.
 * Rejects with what the runner rejects with.
 */
export async function runSuiteTest(
  test: SuiteTest,
  resources: Suite['resources'],
  run: RunView,
): Promise<string | undefined> {
  const outcome = await run(test.view, resources);
  if ('refusal' in outcome) {
    return test.expectError ? undefined : `expected rows, got the error: ${outcome.refusal}`;
  }
  const { rows, columns } = outcome;
  if (test.expectError) return `expected an error, got ${String(rows.length)} rows`;
  if (test.expectCount !== undefined && rows.length !== test.expectCount) {
    return `expected ${String(test.expectCount)} rows, got ${String(rows.length)}`;
  }
  if (test.expectColumns !== undefined && columns !== undefined) {
    const [wanted, found] = [test.expectColumns.join(', '), columns.join(', ')];
    if (wanted !== found) return `expected the columns (${wanted}), got (${found})`;
  }
  return test.expect === undefined ? undefined : rowsFault(test.expect, rows);
}

/** The order of rows does not count, how often each occurs does. */
function rowsFault(expected: readonly CellRecord[], actual: readonly CellRecord[]): string | undefined {
  if (expected.length !== actual.length) {
    return `expected ${String(expected.length)} rows, got ${String(actual.length)}: ${actual.map(toJsonText).join(' ')}`;
  }
  const unmatched = [...actual];
  for (const row of expected) {
    const found = unmatched.findIndex((candidate) => equalCells(row, candidate));
    if (found === -1)
      return `expected the row ${toJsonText(row)}, got ${unmatched.map(toJsonText).join(' ')}`;
    unmatched.splice(found, 1);
  }
  return undefined;
}

/** A view has no use for number texts. */
function withPlainNumbers(view: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(view).map(([key, item]) => [key, plainNumbers(item)]));
}

function plainNumbers(value: unknown): unknown {
  if (value instanceof NumberText) return Number(value.text);
  if (Array.isArray(value)) return value.map(plainNumbers);
  return isJsonObject(value) ? withPlainNumbers(value) : value;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
