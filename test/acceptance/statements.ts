import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * The statements of the specification that bind somebody, one in a row: id, file, line and text. Public, and only where they
 * are at hand.
 */
export const STATEMENTS_FILE = resolve(
  import.meta.dirname,
  '../..',
  process.env['CONFORMANCE_STATEMENTS'] ?? '../shared/spec/conformance.tsv',
);

export const hasStatements = existsSync(STATEMENTS_FILE);

export interface Statement {
  readonly id: string;
  readonly text: string;
}

export function readStatements(): readonly Statement[] {
  const [, ...rows] = readFileSync(STATEMENTS_FILE, 'utf8').trim().split('\n');
  return rows.map((row) => {
    const [id = '', , , text = ''] = row.split('\t');
    return { id, text };
  });
}

/**
 * Why a statement has no test in this folder.
 *
 * - `suite`: the official suite of ViewDefinitions tests it (`npm run conformance`).
 * - `elsewhere`: another test of this repository tests it, as the reason says.
 * - `not-ours`: it binds clients, authors or tools.
 * - `not-used`: it permits what this server does not do.
 * - `pending`: it needs a part of the server that is not there yet.
 */
export type Absence = 'suite' | 'elsewhere' | 'not-ours' | 'not-used' | 'pending';

const AUTHORS = 'it binds authors';
const CLIENTS = 'it binds clients';
const BUILDER = 'packages/sqlquery/src/build/build-library.test.ts: the builder of `millrace sql build`';

/** The statements without a test in this folder, with the reason for each. */
export const ABSENT: Readonly<Record<string, readonly [Absence, string]>> = {
  'com-18': ['not-ours', AUTHORS],
  'com-23': ['not-ours', CLIENTS],
  'exp-2': ['elsewhere', 'test/e2e/damaged.test.ts: inputs are pinned, and a changed one fails the export'],
  'exp-9': ['not-used', 'polls carry no partial results'],
  'exp-20': ['not-used', 'polls carry no partial results'],
  'exp-29': ['not-ours', CLIENTS],
  'exp-30': ['not-ours', CLIENTS],
  'exp-31': ['not-ours', CLIENTS],
  'exp-32': ['not-ours', CLIENTS],
  'fm-1': ['suite', 'foreach, union and combinations'],
  'shareable-1': ['suite', 'every test that is tagged shareable'],
  'sqlquery-1': ['not-ours', AUTHORS],
  'sqlquery-2': ['not-ours', AUTHORS],
  'sqlquery-5': ['not-ours', AUTHORS],
  'sqlquery-6': ['not-ours', AUTHORS],
  'sqlquery-7': ['not-ours', AUTHORS],
  'sqlquery-8': ['not-ours', AUTHORS],
  'sqlquery-notes-1': ['not-ours', AUTHORS],
  'sqlquery-notes-2': ['elsewhere', BUILDER],
  'sqlquery-notes-3': ['elsewhere', BUILDER],
  'sqlquery-notes-4': ['elsewhere', BUILDER],
  'sqlview-notes-1': ['not-ours', AUTHORS],
  'term-1': ['not-ours', AUTHORS],
  'term-2': ['not-ours', AUTHORS],
  'term-3': ['not-ours', AUTHORS],
  'term-6': ['not-used', 'relations have no further columns'],
  'term-9': ['not-ours', AUTHORS],
  'term-12': ['not-used', 'relations have no further columns'],
  'term-18': ['not-ours', AUTHORS],
  'viewdef-1': ['suite', 'every test that is tagged shareable'],
  'viewdef-2': [
    'elsewhere',
    'absolute references have keys where a base is configured: test/e2e/reference-keys.test.ts',
  ],
  'viewdef-3': ['not-used', 'references without a key are counted nowhere'],
  'viewdef-4': ['not-used', 'a contained resource is no row of a view, so that none comes twice'],
  'viewdef-20': ['not-ours', AUTHORS],
  'viewdef-24': ['suite', 'all tests'],
};
