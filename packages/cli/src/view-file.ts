import { readFile, readdir } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { isJsonObject, parseFhirJson, repeatedName } from '@millrace/fhir';
import { UsageError, reasonOf } from './errors.js';

/** A ViewDefinition as it stands in a file; it is checked where it is compiled. */
export interface ViewFile {
  readonly path: string;
  /** The view's own name, else that of the file without its ending. */
  readonly name: string;
  readonly view: Readonly<Record<string, unknown>>;
}

/**
 * @param paths of files, and of folders, whose files that end with `.json` are read, by name
 * @throws UsageError for a file that cannot be read or holds no JSON object, a folder without views, and two views of one name
 */
export async function readViewFiles(paths: readonly string[]): Promise<readonly ViewFile[]> {
  const named = await Promise.all(paths.map(filesAt));
  const files = await Promise.all(named.flat().map((path) => readViewFile(path)));
  const byName = new Map<string, ViewFile>();
  for (const file of files) {
    const other = byName.get(file.name);
    if (other) throw new UsageError(`${other.path} and ${file.path} are both named ${file.name}: rename one`);
    byName.set(file.name, file);
  }
  return files;
}

/** The files in a folder; of anything else the path itself. */
async function filesAt(path: string): Promise<readonly string[]> {
  const names = await readdir(path).catch(() => undefined);
  if (names === undefined) return [path];
  const views = names.filter((name) => /[.]json$/i.test(name));
  if (views.length === 0)
    throw new UsageError(`the folder ${path} has no view: expected files that end with .json`);
  return views.sort().map((name) => join(path, name));
}

async function readViewFile(path: string): Promise<ViewFile> {
  const view = parseJson(path, await readText(path));
  if (!isJsonObject(view)) throw new UsageError(`${path} is not a ViewDefinition: expected a JSON object`);
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
    throw new UsageError(`view file ${path} cannot be read: ${reasonOf(error)}`, { cause: error });
  }
}

function parseJson(path: string, text: string): unknown {
  const json = asJson(path, text);
  const repeated = repeatedName(text);
  if (repeated === undefined) return json;
  const { name, line } = repeated;
  throw new UsageError(
    `view file ${path} has ${JSON.stringify(name)} twice in one object, the second time in line ${line}; only the last one would be used: remove one`,
  );
}

function asJson(path: string, text: string): unknown {
  try {
    return parseFhirJson(text);
  } catch (error) {
    throw new UsageError(`view file ${path} is not JSON: ${reasonOf(error)}`, { cause: error });
  }
}
