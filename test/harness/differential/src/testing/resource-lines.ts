import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateResource } from '../generate/generate-resource.js';
import { leaf, writeTree } from '../json-tree.js';
import type { JsonTree } from '../json-tree.js';
import { createRandom } from '../random.js';
import type { Random } from '../random.js';

/** About this many lines of a file, from all parts of it; undefined when there is no file. */
export function linesOfFile(folder: string, type: string, count: number): readonly Buffer[] | undefined {
  const path = join(folder, `${type}.ndjson`);
  if (!existsSync(path)) return undefined;
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  const step = Math.max(1, Math.floor(lines.length / count));
  return lines.filter((_, index) => index % step === 0).map((line) => Buffer.from(line));
}

/** Resources of a type. Some have the values that a view compares with, so that its conditions hold. */
export function generatedLines(type: string, viewText: string, count: number): readonly Buffer[] {
  const random = createRandom(`${type} ${viewText}`);
  const literals = [...viewText.matchAll(/'((?:[^'\\]|\\.)+)'/g)].map(([, text = '']) => text);
  return Array.from({ length: count }, () => {
    const tree = generateResource(type, 'valid', random);
    return Buffer.from(writeTree(withLiterals(tree, literals, random)));
  });
}

/** Elements whose values a view looks for. */
const sought = /^"(?:system|code|url|linkId|use|value|status|questionnaire)"$/;

function withLiterals(tree: JsonTree, literals: readonly string[], random: Random): JsonTree {
  const [first, ...others] = literals;
  if (first === undefined || tree.kind === 'leaf') return tree;
  if (tree.kind === 'list')
    return { ...tree, items: tree.items.map((item) => withLiterals(item, literals, random)) };
  const members = tree.members.map(({ key, value }) => {
    const isText = value.kind === 'leaf' && value.text.startsWith('"');
    if (!isText) return { key, value: withLiterals(value, literals, random) };
    const literal = JSON.stringify(random.pick([first, ...others]));
    return { key, value: sought.test(key) && random.chance(40) ? leaf(literal) : value };
  });
  return { kind: 'object', members };
}
