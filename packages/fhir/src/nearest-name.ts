/** Longer names have no near one: nobody writes them, and comparing costs the product of the lengths. */
const LONGEST = 64;

/**
 * The names that were most likely meant: those with the fewest edits (insert, remove, replace, or swap of
 * neighbours) from the written one, in the order given. Empty if all are too far away to be a slip of the
 * pen.
 */
export function nearestNames(written: string, names: Iterable<string>): readonly string[] {
  if (written.length > LONGEST) return [];
  let least = written.length <= 3 ? 1 : Math.floor(written.length / 4) + 1;
  let nearest: string[] = [];
  for (const name of new Set(names)) {
    if (Math.abs(name.length - written.length) > least) continue;
    const edits = editsBetween(written.toLowerCase(), name.toLowerCase());
    if (edits > least) continue;
    if (edits < least) nearest = [];
    least = edits;
    nearest.push(name);
  }
  return nearest;
}

/** The end of a message: `; did you mean "family"?`, or nothing. */
export function didYouMean(written: string, names: Iterable<string>): string {
  const nearest = nearestNames(written, names)
    .slice(0, 5)
    .map((name) => `"${name}"`);
  return nearest.length === 0 ? '' : `; did you mean ${nearest.join(' or ')}?`;
}

/** Optimal string alignment: no part is edited twice. https://en.wikipedia.org/wiki/Damerau–Levenshtein_distance */
function editsBetween(a: string, b: string): number {
  let [before, last] = [[] as number[], Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(before, j - 2) + 1 : replaced;
      row.push(Math.min(at(last, j) + 1, at(row, j - 1) + 1, replaced, swapped));
    }
    [before, last] = [last, row];
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
