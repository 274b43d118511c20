import { readFile } from 'node:fs/promises';
import { parse } from 'node:path';
import { parseFhirJson, repeatedName } from '@millrace/fhir';
import { UsageError } from './errors.js';

/** A ViewDefinition as it stands in a file; it is checked where it is compiled. */
export interface ViewFile {
  readonly path: string;
  /** The view's own name, else that of the file without its ending. */
  readonly name: string;
  readonly view: Readonly<Record<string, unknown>>;
}

/** @throws UsageError for a file that cannot be read or holds no JSON object, and for two views of one name */
export async function readViewFiles(paths: readonly string[]): Promise<readonly ViewFile[]> {
  const files = await Promise.all(paths.map((path) => readViewFile(path)));
  const byName = new Map<string, ViewFile>();
  for (const file of files) {
    const other = byName.get(file.name);
    if (other) throw new UsageError(`${other.path} and ${file.path} are both named ${file.name}: rename one`);
    byName.set(file.name, file);
  }
  return files;
}

async function readViewFile(path: string): Promise<ViewFile> {
  const view = parseJson(path, await readText(path));
  if (!isObject(view)) throw new UsageError(`${path} is not a ViewDefinition: it takes a JSON object`);
  // Views that were never stored often leave it out; nothing can be sent without.
  const resource = { resourceType: 'ViewDefinition', ...view };
  const name = typeof view['name'] === 'string' && view['name'] !== '' ? view['name'] : parse(path).name;
  return { path, name, view: resource };
}

async function readText(path: string): Promise<string> {
  try {
    // Some editors begin a file with a byte order mark.
    return (await readFile(path, 'utf8')).replace(/^\ufeff/, '');
  } catch (error) {
    throw new UsageError(`view file ${path} cannot be read: ${reason(error)}`, { cause: error });
  }
}

function parseJson(path: string, text: string): unknown {
  const json = asJson(path, text);
  const repeated = repeatedName(text);
  if (repeated === undefined) return json;
  const { name, line } = repeated;
  throw new UsageError(
    `view file ${path} has ${JSON.stringify(name)} twice in one object, the second time in line ${line}: only the last one would count`,
  );
}

function asJson(path: string, text: string): unknown {
  try {
    return parseFhirJson(text);
  } catch (error) {
    throw new UsageError(`view file ${path} is not JSON: ${reason(error)}`, { cause: error });
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
