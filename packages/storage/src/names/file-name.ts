import { isResourceType } from './resource-types.js';

/**
 * How files are named that a source reads. Types are written as FHIR does; endings are in any case.
 *
 *     file      = [ counters sep ] Type [ digits ] [ sep counters ] [ "." free text ] ending
 *               | Type [ "-" digits "-of-" digits ]                ; at the top only
 *     in folder = any name, ending | "part-" any name [ ".c" digits ] [ ".json" | ".txt" | ".ndjson" | ".jsonl" ] [ ".gz" ]
 *     folder    = Type [ ".ndjson" | ".jsonl" | ".json" | ".txt" ] [ ".gz" ]   ; at the top
 *     ending    = ( ".ndjson" | ".jsonl" ) [ ".gz" ]
 *     deletions = "deleted" ending | "deleted" folder with files as above
 *     counters  = counter { sep counter }
 *     counter   = token with a digit | four letters or more of "a" to "f" | "of" | "part"
 *     sep       = one or more of . - _ ( ) + ~ and space
 *
 * Only a dot begins free text: `Patient-old` beside `Patient` would give rows twice. What begins with a dot or an
 * underscore is hidden, as it is to Hadoop and Spark, unless it is `_column=value`.
 */
const ENDING = /\.(?:ndjson|jsonl)(?:\.gz)?$/i;
// Spark counts the files of one task behind a dot where it writes into partitions.
const PART = /^part-[^.]+(?:\.c\d+)?(?:\.(?:json|txt|ndjson|jsonl))?(?:\.gz)?$/i;
const SHARD = /^([A-Z][A-Za-z]*)(?:-\d+-of-\d+)?$/;
const FOLDER_ENDING = /(?:\.(?:ndjson|jsonl|json|txt))?(?:\.gz)?$/i;

const SEPARATOR = '[-._ ()+~]';
const TOKEN = '[^-._ ()+~]';
// The alternatives exclude each other, so that no name takes long to match.
const COUNTER = `(?:of|part|[a-f]{4,}|[^-._ ()+~0-9]*[0-9]${TOKEN}*)`;
const STEM = new RegExp(
  `^${SEPARATOR}*(?:${COUNTER}${SEPARATOR}+)*([A-Z][A-Za-z]*)[0-9]*` +
    `(?:${SEPARATOR}+${COUNTER})*${SEPARATOR}*(?:\\.(.*))?$`,
);

/** Stands for a type where files with deletions are listed. */
export const DELETED = 'deleted';

/** The types that a source may read from a file, by its key: empty when the file is not an input. */
export function typesOfKey(key: string): readonly string[] {
  if (!holdsLines(key)) return [];
  const folder = topFolderOf(key);
  if (folder === undefined) return typesOfStem(key.replace(ENDING, ''));
  const type = typeOfFolder(folder);
  return type === undefined ? [] : [type];
}

export function isInputOf(key: string, resourceType: string): boolean {
  return typesOfKey(key).includes(resourceType);
}

/** Whether the name is one of a file with lines of resources, of any type. */
export function holdsLines(key: string): boolean {
  const name = nameOf(key);
  if (isHidden(key) || isCompanion(name)) return false;
  if (ENDING.test(name)) return true;
  return name === key ? isResourceType(SHARD.exec(name)?.[1] ?? '') : PART.test(name);
}

/**
 * The type that comes first, and others that the name has: of `Group.Patient.ndjson` the resources in the file decide,
 * and it is an input of both.
 */
function typesOfStem(stem: string): readonly string[] {
  if (stem === DELETED) return [DELETED];
  const first = STEM.exec(stem)?.[1];
  return first === undefined ? [] : [...new Set([first, ...resourceTypesIn(stem)])];
}

/** Types of resources that are a word of a name. */
export function resourceTypesIn(name: string): readonly string[] {
  return (name.match(/\p{L}+/gu) ?? []).filter(isResourceType);
}

/** The type that all files are of in a folder of this name at the top, or `DELETED`. */
export function typeOfFolder(folder: string): string | undefined {
  if (folder === DELETED) return DELETED;
  return /^[A-Z][A-Za-z]*$/.exec(folder.replace(FOLDER_ENDING, ''))?.[0];
}

export function compressionOf(key: string): 'none' | 'gzip' {
  return /\.gz$/i.test(key) ? 'gzip' : 'none';
}

/** Whether a key is hidden from a source together with everything below it. */
export function isHidden(key: string): boolean {
  return key
    .split('/')
    .some((segment) => segment.startsWith('.') || (segment.startsWith('_') && !segment.includes('=')));
}

/** Files that clients of Bulk Data Access write beside the data that they download. */
export function isCompanion(name: string): boolean {
  return /^(?:manifest\.json|log(?:\.\d+)?\.ndjson)$/.test(name);
}

export function nameOf(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}

export function topFolderOf(key: string): string | undefined {
  const slash = key.indexOf('/');
  return slash < 0 ? undefined : key.slice(0, slash);
}
