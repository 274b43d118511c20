import { expect, test } from '@jest/globals';
import { treeOf, writeTree } from './json-tree.js';
import { shrinkTree } from './shrink.js';

test('shrinking leaves only the parts that make the tree fail', () => {
  const tree = treeOf({ a: [1, { b: 'wanted', c: 2 }, 3], d: { e: [] } });
  const smallest = shrinkTree(tree, (candidate) => writeTree(candidate).includes('"wanted"'));
  expect(writeTree(smallest)).toBe('{"a":[{"b":"wanted"}]}');
});

test('shrinking ends after the tries it is given', () => {
  const tree = treeOf([1, 2, 3]);
  expect(writeTree(shrinkTree(tree, () => true, 1))).toBe('[2,3]');
});
