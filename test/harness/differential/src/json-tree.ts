/** JSON as it is written: numbers keep their digits, strings their escapes, objects their repeated keys. */
export type JsonTree =
  | { readonly kind: 'leaf'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly JsonTree[] }
  | { readonly kind: 'object'; readonly members: readonly JsonMember[] };

export interface JsonMember {
  /** With its quotes. */
  readonly key: string;
  readonly value: JsonTree;
}

/** `gap` gives the blanks around punctuation. */
export function writeTree(tree: JsonTree, gap: () => string = () => ''): string {
  switch (tree.kind) {
    case 'leaf':
      return tree.text;
    case 'list':
      return `[${gap()}${tree.items.map((item) => writeTree(item, gap)).join(`${gap()},${gap()}`)}${gap()}]`;
    case 'object': {
      const members = tree.members.map(({ key, value }) => `${key}${gap()}:${gap()}${writeTree(value, gap)}`);
      return `{${gap()}${members.join(`${gap()},${gap()}`)}${gap()}}`;
    }
    default:
      return tree satisfies never;
  }
}

export function leaf(text: string): JsonTree {
  return { kind: 'leaf', text };
}

export function treeOf(value: unknown): JsonTree {
  if (Array.isArray(value)) return { kind: 'list', items: value.map(treeOf) };
  if (typeof value !== 'object' || value === null) return leaf(JSON.stringify(value));
  const members = Object.entries(value).map(([key, item]) => ({
    key: JSON.stringify(key),
    value: treeOf(item),
  }));
  return { kind: 'object', members };
}
