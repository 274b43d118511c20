import * as z from 'zod';

/** Where the partition of a part is told: its place in a stored list. The value itself is of a resource, and stays in the object store. */
export const partitionPlaceSchema = z.object({
  /** Key of the list. */
  list: z.string(),
  at: z.int().min(0),
});

/** The partitions of the parts that one cut of a task has made: a text for each value, or null. */
export const partitionListSchema = z.object({
  schemaVersion: z.literal(1),
  values: z.array(z.string().nullable()),
});

/** The value of the column by which an output is partitioned, by the name of the column. All rows of a file have it. */
export type PartitionValues = Readonly<Record<string, string | null>>;

/** The directory of null. https://cwiki.apache.org/confluence/display/Hive/Configuration+Properties */
const NULL_DIRECTORY = '__HIVE_DEFAULT_PARTITION__';

/** Bytes of a directory, of which file systems take 255. */
const MOST_BYTES = 240;

/** The path of a partition as Hive and the engines after it write it: `column=value`, the value encoded as in a URI. */
export function partitionPath(column: string, value: string | null): string {
  return `${column}=${value === null ? NULL_DIRECTORY : encoded(value)}`;
}

/** Why a value has no path of its own; undefined where it has one. */
export function withoutPath(column: string, value: string): string | undefined {
  if (value === '') return 'an empty text';
  if (value === NULL_DIRECTORY) return 'the text that stands for null in paths';
  // A lone surrogate.
  if (/\p{Cs}/u.test(value)) return 'a text that is no Unicode';
  if (partitionPath(column, value).length > MOST_BYTES)
    return `a text that makes a path of more than ${MOST_BYTES} bytes`;
  return undefined;
}

function encoded(value: string): string {
  const escape = (character: string): string =>
    `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  return encodeURIComponent(value).replaceAll(/[!'()*~]/g, escape);
}
