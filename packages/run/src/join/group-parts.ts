import type { Part } from '@millrace/export';

/**
 * Parts that follow each other and are to become one file each: as many as fit, of one subject. A part alone is to stay as it
 * is.
 *
 * @param limit `bytes` and `rows` of a file at most; parts of `below` bytes and more stay as they are
 */
export function groupParts(
  parts: readonly Part[],
  limit: { readonly bytes: number; readonly rows: number; readonly below: number },
): readonly (readonly Part[])[] {
  const groups: Part[][] = [];
  let [bytes, rows] = [0, 0];
  for (const part of parts) {
    const group = groups.at(-1);
    const fits = bytes + part.bytes <= limit.bytes && rows + part.rows <= limit.rows;
    const areSmall = part.bytes < limit.below && (group?.[0]?.bytes ?? 0) < limit.below;
    if (group !== undefined && group[0]?.subject === part.subject && fits && areSmall) group.push(part);
    else {
      groups.push([part]);
      [bytes, rows] = [0, 0];
    }
    bytes += part.bytes;
    rows += part.rows;
  }
  return groups;
}
