/** What `differenceOf` gives for lists of the same lines. */
export const NONE = { lost: [], added: [], more: 0 };

/** The first lines in which two lists differ, whatever their order: thousands of them are of no use. */
export function differenceOf(found: readonly string[], wanted: readonly string[]): object {
  const [those, these] = [new Set(found), new Set(wanted)];
  return {
    lost: wanted.filter((line) => !those.has(line)).slice(0, 3),
    added: found.filter((line) => !these.has(line)).slice(0, 3),
    more: found.length - wanted.length,
  };
}
