import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { JsonSyntaxError } from '@millrace/viewdef';
import { SuiteFolderError } from './errors.js';
import { parseSuite } from './view-suite.js';
import type { Suite, SuiteTest } from './view-suite.js';

/** A file of the official suite: tests that share their resources. */
export interface SuiteFile extends Suite {
  /** Such as `basic.json`. */
  readonly name: string;
}

/** One test with the file that its resources are in. */
export interface SuiteCase {
  readonly file: SuiteFile;
  readonly test: SuiteTest;
}

/** @throws SuiteFolderError when the folder has no test files, or one of them is something else */
export async function readSuite(folder: string): Promise<readonly SuiteFile[]> {
  const names = (await entriesOf(folder)).filter((name) => /^(?!.*\.schema).*\.json$/.test(name)).sort();
  if (names.length === 0)
    throw new SuiteFolderError(`${folder} has no test files: it takes a folder of *.json`);
  return Promise.all(
    names.map(async (name) => ({ name, ...suiteOf(name, await readFile(join(folder, name), 'utf8')) })),
  );
}

function suiteOf(name: string, text: string): Suite {
  let suite: Suite | undefined;
  try {
    suite = parseSuite(text);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw new SuiteFolderError(`${name} is not a test file: ${error.message}`, { cause: error });
  }
  if (suite === undefined) {
    throw new SuiteFolderError(
      `${name} is not a test file: it takes "resources" and "tests", each with "title", "view" and one expectation`,
    );
  }
  return suite;
}

async function entriesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SuiteFolderError(`${folder} cannot be read: ${reason}`, { cause: error });
  }
}
