import {
  DELETED,
  isCompanion,
  isHidden,
  nameOf,
  resourceTypesIn,
  topFolderOf,
  typeOfFolder,
  typesOfKey,
} from './file-name.js';
import { isResourceType } from './resource-types.js';

const DATA_ENDING =
  /\.(?:ndjson|jsonl|json|xml|csv|tsv|xlsx|parquet|avro|orc|arrow|feather|duckdb|sqlite|gz|tgz|z|bz2|zst|zstd|xz|7z|rar|zip|tar|lz4|snappy|br|deflate)$/i;
/** `Patient.ndjson.tmp`, `Patient.ndjson.1`, `Patient.ndjson (copy)`. */
const LINES_INSIDE = /\.(?:ndjson|jsonl)(?![a-z])/i;
const PROOF_ENDING = /\.(?:crc|crc32c|md5|sha\d+|sha\d+sum|asc|sig|etag)$/i;
/** Files that people, and not programs, put beside data. */
const PROSE =
  /^(?:readme|licen[cs]e|notice|changelog|copying)\b|\.(?:md|markdown|rst|adoc|html?|pdf|docx?|odt|pptx?|log|sql|py|r|sh|ps1|ipynb|ya?ml|toml|ini|png|jpe?g|svg)$/i;
/** Resources that hold resources of the types that views are over. */
const CONTAINERS: ReadonlySet<string> = new Set(['Bundle', 'Parameters']);

/** Which files a source reads, and how to treat others, as sentences for people who have the files. */
export const UNDERSTOOD_FILES =
  'Millrace reads files directly in the source whose names have the resource type, such as Patient.ndjson,' +
  ' 1.Patient.ndjson, Patient-0001.ndjson.gz or Patient_2.jsonl, and files in a folder Patient or Patient.ndjson of the source,' +
  ' such as *.ndjson, *.jsonl or part-*. Another folder, such as that of one export, is a source of its own: name the' +
  ' folder to read. Unpack files that are not packed by gzip, and convert other formats to NDJSON';

/**
 * Whether a file looks like data but is not read for these types, although its name gives no other type: its
 * name or kind is not understood, it holds resources within resources, or its name contradicts its folder.
 */
export function isUnread(key: string, readTypes: readonly string[]): boolean {
  const name = nameOf(key);
  if (key.split('/').some((segment) => segment.startsWith('.')) || !looksLikeData(key, name, readTypes))
    return false;
  const types = typesOfKey(key);
  if (types.includes(DELETED)) return false;
  const isRead = types.some((type) => readTypes.includes(type));
  if (isRead) return false;
  if (!types.some(isResourceType) || types.every((type) => CONTAINERS.has(type))) return true;
  return topFolderOf(key) !== undefined && resourceTypesIn(name).some((type) => readTypes.includes(type));
}

function looksLikeData(key: string, name: string, readTypes: readonly string[]): boolean {
  if (isCompanion(name) || PROOF_ENDING.test(name)) return false;
  if (DATA_ENDING.test(name) || LINES_INSIDE.test(name)) return true;
  const isPlain = !name.includes('.') || /\.txt$/i.test(name);
  if (isPlain && (/^part-/i.test(name) || resourceTypesIn(name).length > 0 || typesOfKey(key).length > 0))
    return true;
  return (
    !isHidden(key) && !PROSE.test(name) && typesSaidBy(key, name).some((type) => readTypes.includes(type))
  );
}

/** The types that the name of a file claims, true or not. */
function typesSaidBy(key: string, name: string): readonly string[] {
  const folder = topFolderOf(key);
  const ofFolder = folder === undefined ? undefined : typeOfFolder(folder);
  return ofFolder === undefined ? resourceTypesIn(name) : [ofFolder, ...resourceTypesIn(name)];
}
