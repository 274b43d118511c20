import { isCompanion, nameOf, resourceTypesIn, topFolderOf, typesOfKey } from './file-name.js';
import { isResourceType } from './resource-types.js';

const DATA_ENDING =
  /\.(?:ndjson|jsonl|json|xml|parquet|avro|orc|gz|tgz|z|bz2|zst|zstd|xz|7z|zip|tar|lz4|snappy|br|deflate)$/i;
/** `Patient.ndjson.tmp`, `Patient.ndjson.1`, `Patient.ndjson (copy)`. */
const LINES_INSIDE = /\.(?:ndjson|jsonl)(?![a-z])/i;
const PROOF_ENDING = /\.(?:crc|crc32c|md5|sha\d+|sha\d+sum|asc|sig|etag)$/i;
/** Resources that hold resources of the types that views are over. */
const CONTAINERS: ReadonlySet<string> = new Set(['Bundle', 'Parameters']);

/** Which names a source reads, for people whose files have others. */
export const UNDERSTOOD_NAMES =
  'the resource type in the name, such as Patient.ndjson, 1.Patient.ndjson, Patient-0001.ndjson.gz, Patient_2.jsonl,' +
  ' or a folder Patient or Patient.ndjson with files *.ndjson, *.jsonl or part-*';

/**
 * Whether a file looks like data and nobody who reads these types reads it, although the names of files say nothing of
 * another type: its name or kind is not understood, it holds resources within resources, or its name contradicts its
 * folder.
 */
export function isUnread(key: string, readTypes: readonly string[]): boolean {
  const name = nameOf(key);
  if (key.split('/').some((segment) => segment.startsWith('.')) || !looksLikeData(key, name)) return false;
  const types = typesOfKey(key);
  const isRead = types.some((type) => readTypes.includes(type));
  if (isRead) return false;
  if (!types.some(isResourceType) || types.every((type) => CONTAINERS.has(type))) return true;
  return topFolderOf(key) !== undefined && resourceTypesIn(name).some((type) => readTypes.includes(type));
}

function looksLikeData(key: string, name: string): boolean {
  if (isCompanion(name) || PROOF_ENDING.test(name)) return false;
  if (DATA_ENDING.test(name) || LINES_INSIDE.test(name)) return true;
  const isPlain = !name.includes('.') || /\.txt$/i.test(name);
  return isPlain && (/^part-/i.test(name) || resourceTypesIn(name).length > 0 || typesOfKey(key).length > 0);
}
