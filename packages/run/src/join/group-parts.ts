import type { Part } from '@millrace/export';

/**
 * Parts that follow each other and are to become one file each: as many as fit, of one subject and one partition. A part
 * alone is to stay as it is.
 *
 * @param limit `bytes` and `rows` of a file at most; parts of `below` bytes and more stay as they are
 * @param partitionOf its value in each part. Absent: there are no partitions.
 */
export function groupParts(
  parts: readonly Part[],
  limit: { readonly bytes: number; readonly rows: number; readonly below: number },
  partitionOf: (part: Part) => string | null = () => null,
): readonly (readonly Part[])[] {
  const groups: Part[][] = [];
  let [bytes, rows] = [0, 0];
  for (const part of parts) {
    const group = groups.at(-1);
    const size = part.unpacked?.bytes ?? part.bytes;
    const fits = bytes + size <= limit.bytes && rows + part.rows <= limit.rows;
    const areSmall = part.bytes < limit.below && (group?.[0]?.bytes ?? 0) < limit.below;
    const [first] = group ?? [];
    const isOfOne = first?.subject === part.subject && partitionOf(first) === partitionOf(part);
    if (group !== undefined && isOfOne && fits && areSmall) group.push(part);
    else {
      groups.push([part]);
      [bytes, rows] = [0, 0];
    }
    bytes += size;
    rows += part.rows;
  }
  return groups;
}
