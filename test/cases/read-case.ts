import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe } from '@jest/globals';

/** Small inputs with their right answers; only where they are at hand. */
const CASES = resolve(import.meta.dirname, '../..', process.env['CASES'] ?? '../shared/cases');

/** A folder of `CASES`: a view, the lines that it reads, and the right answer in words or rows. */
export interface Case {
  readonly folder: string;
  readonly view: Readonly<Record<string, unknown>>;
  /** NDJSON, of cases that have one file of it. */
  readonly input: string;
  readonly expected: string;
}

/** `describe` for tests over one case, which are reported as not run where the folder is absent. */
export function describeCase(name: string, tests: (read: () => Case) => void): void {
  const folder = join(CASES, name);
  const title = `case ${name}`;
  const read = (): Case => ({
    folder,
    view: JSON.parse(readFileSync(join(folder, 'view.json'), 'utf8')) as Case['view'],
    get input() {
      return readFileSync(join(folder, 'input.ndjson'), 'utf8');
    },
    expected: readFileSync(join(folder, 'expected.txt'), 'utf8'),
  });
  if (existsSync(folder)) describe(title, () => tests(read));
  else describe.skip(title, () => tests(read));
}
