import type { JsonTree } from './json-tree.js';

/**
 * Takes away members and items for as long as `fails` is true of the rest.
 *
 * @param mostTries ends the search, because each try evaluates engines
 */
export function shrinkTree(tree: JsonTree, fails: (tree: JsonTree) => boolean, mostTries = 2000): JsonTree {
  let smallest = tree;
  let tries = 0;
  const accepts = (candidate: JsonTree): boolean => {
    tries += 1;
    if (tries > mostTries || !fails(candidate)) return false;
    smallest = candidate;
    return true;
  };
  for (let isSmaller = true; isSmaller && tries < mostTries;) {
    isSmaller = false;
    for (const candidate of withoutOneChild(smallest)) {
      if (!accepts(candidate)) continue;
      isSmaller = true;
      break;
    }
  }
  return smallest;
}

/** Every tree that lacks one child of the given one, the largest children first. */
function* withoutOneChild(tree: JsonTree): Generator<JsonTree> {
  if (tree.kind === 'leaf') return;
  if (tree.kind === 'list') {
    for (const [at] of tree.items.entries()) yield { kind: 'list', items: tree.items.toSpliced(at, 1) };
    for (const [at, item] of tree.items.entries()) {
      for (const smaller of withoutOneChild(item))
        yield { kind: 'list', items: tree.items.with(at, smaller) };
    }
    return;
  }
  const { members } = tree;
  for (const [at] of members.entries()) yield { kind: 'object', members: members.toSpliced(at, 1) };
  for (const [at, member] of members.entries()) {
    for (const value of withoutOneChild(member.value)) {
      yield { kind: 'object', members: members.with(at, { ...member, value }) };
    }
  }
}
