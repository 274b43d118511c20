import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../errors.js';

const resourceSchema = z.looseObject({ resourceType: z.string() });
const rowSchema = z.record(z.string(), z.unknown());

const testSchema = z.object({
  title: z.string(),
  /** Also what is no ViewDefinition at all: some tests expect an error. */
  view: z.record(z.string(), z.unknown()),
  expect: z.array(rowSchema).optional(),
  expectCount: z.int().optional(),
  expectError: z.boolean().optional(),
  expectColumns: z.array(z.string()).optional(),
});

const fileSchema = z.object({ resources: z.array(resourceSchema), tests: z.array(testSchema) });

/** One test of the official suite (https://sql-on-fhir.org/ig/tests). */
export type SuiteTest = z.infer<typeof testSchema>;

/** Tests that share their resources. */
export interface SuiteFile {
  /** Such as `basic.json`. */
  readonly name: string;
  readonly resources: readonly { readonly resourceType: string; readonly [element: string]: unknown }[];
  readonly tests: readonly SuiteTest[];
}

/** What a tier made of a test. */
export type Outcome =
  | { readonly kind: 'rows'; readonly columns: readonly string[]; readonly rows: readonly SuiteRow[] }
  | { readonly kind: 'refused'; readonly reason: string };
export type SuiteRow = Readonly<Record<string, unknown>>;

/** @throws UsageError when the folder has no test files, or one of them is something else */
export async function readSuite(folder: string): Promise<readonly SuiteFile[]> {
  const names = (await entriesOf(folder)).filter((name) => /^(?!.*\.schema).*\.json$/.test(name)).sort();
  if (names.length === 0) throw new UsageError(`${folder} has no test files: it takes a folder of *.json`);
  return Promise.all(
    names.map(async (name) => {
      const parsed = fileSchema.safeParse(JSON.parse(await readFile(join(folder, name), 'utf8')));
      if (!parsed.success)
        throw new UsageError(`${name} is not a test file: ${z.prettifyError(parsed.error)}`);
      return { name, ...parsed.data };
    }),
  );
}

/** Why an outcome is not what a test expects; undefined when it is. Rows may come in any order. */
export function faultIn(outcome: Outcome, test: SuiteTest): string | undefined {
  if (test.expectError === true)
    return outcome.kind === 'refused' ? undefined : 'expected an error, found rows';
  if (outcome.kind === 'refused') return `expected rows, found the error: ${outcome.reason}`;
  const { columns, rows } = outcome;
  if (test.expectCount !== undefined && rows.length !== test.expectCount) {
    return `expected ${test.expectCount} rows, found ${rows.length}`;
  }
  if (test.expectColumns && test.expectColumns.join() !== columns.join()) {
    return `expected the columns ${test.expectColumns.join()}, found ${columns.join()}`;
  }
  if (!test.expect) return undefined;
  const expected = test.expect.map(comparable).sort();
  const found = rows.map(comparable).sort();
  return expected.join('\n') === found.join('\n')
    ? undefined
    : `expected ${expected.join(' ')}, found ${found.join(' ')}`;
}

/** A row as text, whatever the order of its keys. */
function comparable(row: SuiteRow): string {
  return JSON.stringify(Object.fromEntries(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1))));
}

async function entriesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${folder} cannot be read: ${reason}`, { cause: error });
  }
}
