import { readFile, readdir, stat } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { isJsonObject, parseFhirJson, repeatedName } from '@millrace/fhir';
import { STORED_TYPES } from '@millrace/protocol';
import type { StoredType } from '@millrace/protocol';
import { FileFaultError, UsageError, reasonOf } from '../errors.js';
import { withId } from './definition-text.js';

/** As a server takes, in the body of a request. */
const MOST_BYTES = 4 << 20;
const MOST_FILES = 10_000;

/** A definition as it stands in a file. */
export interface DefinitionFile {
  readonly path: string;
  readonly type: StoredType;
  /** Its own id, or the name of the file where it has neither id nor `url`. */
  readonly id: string | undefined;
  readonly url: string | undefined;
  readonly version: string | undefined;
  /** Its JSON, with the numbers as they are in the file. */
  readonly text: string;
}

export interface ReadFiles {
  readonly files: readonly DefinitionFile[];
  /** A line for each file that cannot be read or is no definition. */
  readonly faults: readonly string[];
}

/**
 * The definitions in a folder and the folders in it: files that end with `.json`, `.yaml` or `.yml`, by name.
 *
 * @throws UsageError for a folder that cannot be read, or that has too many files
 */
export async function readDefinitionFiles(folder: string): Promise<ReadFiles> {
  const names = await readdir(folder, { recursive: true }).catch((error: unknown) => {
    throw new UsageError(`the folder ${folder} cannot be read: ${reasonOf(error)}`, { cause: error });
  });
  const paths = names.filter((name) => /[.](?:json|ya?ml)$/i.test(name)).sort();
  if (paths.length > MOST_FILES)
    throw new UsageError(`the folder ${folder} has ${paths.length} files: at most ${MOST_FILES} are read`);
  const files: DefinitionFile[] = [];
  const faults: string[] = [];
  for (const name of paths) {
    const path = join(folder, name);
    try {
      files.push(await readDefinitionFile(path));
    } catch (error) {
      if (!(error instanceof FileFaultError)) throw error;
      const { message, place } = error;
      faults.push(`${path}${place === undefined ? '' : `:${place.line}:${place.column}`}: ${message}`);
    }
  }
  return { files, faults };
}

/** @throws FileFaultError */
async function readDefinitionFile(path: string): Promise<DefinitionFile> {
  const text = await jsonOf(path);
  const tree = parsed(text);
  if (!isJsonObject(tree)) throw fault('is no object of JSON or YAML');
  const { resourceType = 'ViewDefinition', id, url, version } = tree;
  const type = STORED_TYPES.find((one) => one === resourceType);
  if (type === undefined)
    throw fault(`is a ${String(resourceType).slice(0, 100)}; expected a ${STORED_TYPES.join(', ')}`);
  // Views that were never stored often leave it out.
  const comma = Object.keys(tree).length === 0 ? '' : ',';
  const complete = 'resourceType' in tree ? text : `{"resourceType":"${type}"${comma}${text.slice(1)}`;
  const fromName = id === undefined && url === undefined ? idOf(path) : undefined;
  return {
    path,
    type,
    id: textOf(id) ?? fromName,
    url: textOf(url),
    version: textOf(version),
    text: fromName === undefined ? complete : withId(complete, fromName),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** https://hl7.org/fhir/R4/datatypes.html#id */
function idOf(path: string): string {
  const id = parse(path)
    .name.replace(/[^A-Za-z0-9.-]+/g, '-')
    .slice(0, 64);
  if (/^[.-]*$/.test(id)) throw fault('has neither an id nor a url, and its name makes no id');
  return id;
}

async function jsonOf(path: string): Promise<string> {
  const { size } = await stat(path);
  if (size > MOST_BYTES) throw fault(`has ${size} bytes: at most ${MOST_BYTES} are sent`);
  const text = (await readFile(path, 'utf8')).replace(/^\ufeff/, '').trim();
  if (!/[.]ya?ml$/i.test(path)) return text;
  // Most definitions are JSON, and the parser of YAML takes longer to load than they take to read.
  const { yamlAsJson } = await import('../yaml-as-json.js');
  return yamlAsJson(text, MOST_BYTES);
}

function parsed(text: string): unknown {
  let tree: unknown;
  try {
    tree = parseFhirJson(text);
  } catch (error) {
    throw fault(`is not JSON: ${reasonOf(error)}`);
  }
  const repeated = repeatedName(text);
  if (repeated === undefined) return tree;
  const { name, line } = repeated;
  throw fault(`has ${JSON.stringify(name)} twice in one object, the second time in line ${line}: remove one`);
}

function fault(reason: string): FileFaultError {
  return new FileFaultError(reason, undefined);
}
