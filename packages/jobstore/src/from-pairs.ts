/** A hash, or a sorted set with its scores, as scripts and RESP2 give it: names and values in turns. */
export function fromPairs(fields: readonly string[]): Record<string, string> {
  const hash: Record<string, string> = {};
  for (let at = 0; at + 1 < fields.length; at += 2) hash[fields[at] ?? ''] = fields[at + 1] ?? '';
  return hash;
}
