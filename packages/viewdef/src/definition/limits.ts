/**
 * Bounds of one view. They are far above what people write and keep a hostile view from exhausting the stack
 * of the parser, the compiler or the JavaScript engine that gets the generated function.
 */
export const limits = {
  jsonDepth: 100,
  selectDepth: 32,
  selects: 1_000,
  columns: 2_000,
  constants: 500,
  wheres: 200,
  nameLength: 255,
  constantLength: 10_000,
  pathLength: 2_000,
  /** Parsing takes up to a millisecond for each bracket. */
  bracketsPerPath: 100,
  pathDepth: 200,
  totalPathLength: 60_000,
} as const;

/** Whether a JSON value nests deeper than `depth`; walks without recursion. */
export function nestsDeeperThan(value: unknown, depth: number): boolean {
  let level: unknown[] = [value];
  for (let reached = 0; level.length > 0; reached++) {
    if (reached > depth) return true;
    const next: unknown[] = [];
    for (const item of level) {
      if (typeof item === 'object' && item !== null)
        for (const child of Object.values(item)) next.push(child);
    }
    level = next;
  }
  return false;
}
