/**
 * Bounds of one view. They are far above what people write and keep a hostile view from exhausting the stack
 * of the parser, the compiler or the JavaScript engine that gets the generated function.
 */
export const limits = {
  /** Objects, lists and values, all levels together. */
  elements: 50_000,
  /** Characters of all texts and names together. */
  textLength: 1_000_000,
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

/** The limit that a JSON value exceeds, as the end of a sentence about it; walks without recursion. */
export function excessOf(value: unknown): string | undefined {
  let level: unknown[] = [value];
  let elements = 1;
  let textLength = 0;
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limits.jsonDepth) return `is nested deeper than ${String(limits.jsonDepth)} levels`;
    const next: unknown[] = [];
    for (const item of level) {
      if (typeof item === 'string') textLength += item.length;
      if (typeof item !== 'object' || item === null) continue;
      const children = Object.values(item);
      if (!Array.isArray(item)) for (const key of Object.keys(item)) textLength += key.length;
      elements += children.length;
      if (elements > limits.elements) {
        return `has more than ${String(limits.elements)} objects, lists and values, all levels together`;
      }
      for (const child of children) next.push(child);
    }
    if (textLength > limits.textLength) {
      return `has texts and names of more than ${String(limits.textLength)} characters together`;
    }
    level = next;
  }
  return undefined;
}
