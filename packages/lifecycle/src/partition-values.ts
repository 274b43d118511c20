import { partitionListSchema } from '@millrace/export';
import type { Part } from '@millrace/export';
import type { ObjectStore } from '@millrace/storage';

/** Lists that are read at once. */
const READ_AT_ONCE = 8;

/**
 * The partitions of parts, as the lists tell them that were stored beside them: a text, or null; undefined for a part that is of
 * none.
 *
 * @throws Error when a list is not there or has no value for a part; storage's errors
 */
export async function partitionsOf(
  store: Pick<ObjectStore, 'read'>,
  parts: readonly Part[],
): Promise<(part: Part) => string | null | undefined> {
  const keys = [...new Set(parts.flatMap(({ partition }) => partition?.list ?? []))];
  const lists = new Map<string, readonly (string | null)[]>();
  for (let from = 0; from < keys.length; from += READ_AT_ONCE) {
    const read = keys.slice(from, from + READ_AT_ONCE).map(async (key) => {
      lists.set(key, await readList(store, key));
    });
    await Promise.all(read);
  }
  return ({ key, partition }) => {
    if (partition === undefined) return undefined;
    const value = lists.get(partition.list)?.[partition.at];
    if (value === undefined)
      throw new Error(`the list ${partition.list} has no partition for the part ${key}`);
    return value;
  };
}

async function readList(store: Pick<ObjectStore, 'read'>, key: string): Promise<readonly (string | null)[]> {
  const content = await store.read(key);
  if (content === undefined) throw new Error(`the list of partitions ${key} is gone from the object store`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(content).toString('utf8'));
  } catch {
    // The message of the parser would show values.
    throw new Error(`the list of partitions ${key} is no JSON`);
  }
  const read = partitionListSchema.safeParse(parsed);
  if (!read.success) throw new Error(`the list of partitions ${key} has unexpected content`);
  return read.data.values;
}

/** Parts by partition, in the order in which partitions first appear; the parts of each stay in their order. */
export function byPartition(
  parts: readonly Part[],
  partitionOf: (part: Part) => string | null | undefined,
): Part[] {
  const groups = new Map<string | null | undefined, Part[]>();
  for (const part of parts) {
    const value = partitionOf(part);
    const group = groups.get(value);
    if (group === undefined) groups.set(value, [part]);
    else group.push(part);
  }
  return [...groups.values()].flat();
}
