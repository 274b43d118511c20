/** Deep enough for any ViewDefinition, shallow enough for every function that walks one by recursion. */
export const MAX_DEPTH = 200;

/** Whether objects and lists are nested deeper than this. Does not recurse, so that any depth is answered. */
export function isDeeperThan(json: unknown, depth: number): boolean {
  let level: unknown[] = [json];
  for (let at = 0; level.length > 0; at += 1) {
    if (at > depth) return true;
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? Object.values(value) : [],
    );
    level = level.filter((value) => typeof value === 'object' && value !== null);
  }
  return false;
}
