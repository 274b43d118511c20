import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { isJsonObject, parseFhirJson, repeatedName } from '@millrace/fhir';
import { FileFaultError, UsageError, reasonOf } from './errors.js';
import type { TextPlace } from './errors.js';

/** As a server takes, in the body of a request. */
const MOST_BYTES = 4 << 20;
const MOST_FILES = 1_000;

/** A ViewDefinition as it stands in a file; it is checked where it is compiled. */
export interface ViewFile {
  readonly path: string;
  /** The view's own name, else that of the file without its ending. */
  readonly name: string;
  readonly view: Readonly<Record<string, unknown>>;
  /** The place of an element of it, by its FHIRPath; undefined where that is not known, as in JSON. */
  readonly placeOf?: ((expression: string) => TextPlace | undefined) | undefined;
}

/** `views/patients.yaml:7:5`: where an element of a view stands, or the path of its file where that is not known. */
export function placeInFile({ path, placeOf }: ViewFile, expression: string): string {
  const place = placeOf?.(expression);
  return place === undefined ? path : `${path}:${place.line}:${place.column}`;
}

/** The views that a command is given, in JSON or YAML. */
export const VIEW_FILES = 'ViewDefinitions as JSON or YAML files, or folders of them';

/**
 * @param paths of files, and of folders, whose files that end with `.json`, `.yaml` or `.yml` are read, by name
 * @param onFault hears of a file that is no view, or has the name of another one, and the others are read; by default it is thrown
 * @throws UsageError for a file that cannot be read or holds no object of JSON or YAML, a folder without views or with too
 *   many, and two views of one name
 */
export async function readViewFiles(
  paths: readonly string[],
  onFault: (fault: UsageError) => void = thrown,
): Promise<readonly ViewFile[]> {
  const files: ViewFile[] = [];
  const byName = new Map<string, ViewFile>();
  let read = 0;
  for (const given of paths) {
    for (const path of await filesAt(given)) {
      read += 1;
      if (read > MOST_FILES) throw new UsageError(`there are more than ${MOST_FILES} views: give fewer`);
      try {
        const file = await readViewFile(path);
        const other = byName.get(file.name);
        if (other)
          throw new UsageError(`${other.path} and ${file.path} are both named ${file.name}: rename one`);
        byName.set(file.name, file);
        files.push(file);
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        onFault(error);
      }
    }
  }
  return files;
}

function thrown(fault: UsageError): never {
  throw fault;
}

/** The files in a folder; of anything else the path itself. */
async function filesAt(path: string): Promise<readonly string[]> {
  const names = await readdir(path).catch(() => undefined);
  if (names === undefined) return [path];
  const views = names.filter((name) => /[.](?:json|ya?ml)$/i.test(name));
  if (views.length === 0)
    throw new UsageError(`the folder ${path} has no view: expected files that end with .json, .yaml or .yml`);
  if (views.length > MOST_FILES)
    throw new UsageError(
      `the folder ${path} has ${views.length} views: at most ${MOST_FILES} are read at a time`,
    );
  return views.sort().map((name) => join(path, name));
}

async function readViewFile(path: string): Promise<ViewFile> {
  const { value: view, placeOf } = await parseView(path, await readText(path));
  if (!isJsonObject(view))
    throw new UsageError(`${path} is not a ViewDefinition: expected an object of JSON or YAML`);
  // Views that were never stored often leave it out; nothing can be sent without.
  const resource = { resourceType: 'ViewDefinition', ...view };
  const name = typeof view['name'] === 'string' && view['name'] !== '' ? view['name'] : parse(path).name;
  return { path, name, view: resource, placeOf };
}

/** A text of bounded size. @throws UsageError */
export async function readText(path: string, what = 'view file'): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    // It may be a pipe, and pipes have no size.
    for await (const chunk of createReadStream(path)) {
      // A stream without an encoding gives Buffers.
      chunks.push(chunk as Buffer);
      bytes += (chunk as Buffer).length;
      if (bytes > MOST_BYTES) break;
    }
  } catch (error) {
    throw new UsageError(`${what} ${path} cannot be read: ${reasonOf(error)}`, { cause: error });
  }
  if (bytes > MOST_BYTES)
    throw new UsageError(
      `${what} ${path} has more than ${MOST_BYTES} bytes: is it ${what === 'view file' ? 'a view' : 'SQL'}?`,
    );
  // Some editors begin a file with a byte order mark.
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/^\ufeff/, '');
}

async function parseView(
  path: string,
  text: string,
): Promise<{ readonly value: unknown; readonly placeOf: ViewFile['placeOf'] }> {
  if (!/[.]ya?ml$/i.test(path)) return { value: parseJson(path, text), placeOf: undefined };
  // Most views are JSON, and the parser of YAML takes longer to load than they take to read.
  const { yamlAsJson } = await import('./yaml-as-json.js');
  const { yamlPlaces } = await import('./yaml-places.js');
  try {
    return { value: parseFhirJson(yamlAsJson(text, MOST_BYTES)), placeOf: yamlPlaces(text) };
  } catch (error) {
    if (!(error instanceof FileFaultError)) throw error;
    const { message, place } = error;
    const at = place === undefined ? '' : `:${place.line}:${place.column}`;
    throw new UsageError(`view file ${path}${at}: ${message}`, { cause: error });
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
