import { NumberText } from '../cell.js';
import type { JsonValue } from '../cell.js';
import { maxDepth, numberOf, parseExactly } from './exact-parser.js';

/** JSON has one way only to write this character, so that it is quickly seen whether a resource has it. */
const mark = '\u0000';
const markInJson = String.raw`\u0000`;

/** The number, or the numbers of an array, that a suspect ends with. */
export const numbersAtEnd = /[-\d](?:null|[-\d.eE+,\s])*$/;
const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * Parses a resource of which some numbers must keep their text. They go through `JSON.parse` as marked strings, and are
 * found in the tree again: half the time of a parser of our own, and most lines have no such number.
 *
 * @param suspect finds property names with numbers behind them, all of which end its matches
 * @returns undefined when no number has to be kept
 * @throws JsonSyntaxError
 */
export function parseMarked(text: string, suspect: RegExp): JsonValue | undefined {
  const { marked, count } = markNumbers(text, suspect);
  if (count === 0) return undefined;
  if (text.includes(markInJson)) return parseExactly(text);
  try {
    const root: Tree = [JSON.parse(marked) as JsonValue]; // the type is what JSON can express
    if (restoreIn(root, count, 0) === 0) return root[0];
  } catch {
    // The parser below reports the fault and its place.
  }
  return parseExactly(text);
}

type Tree = JsonValue[] | Record<string, JsonValue>;

function markNumbers(text: string, suspect: RegExp): { marked: string; count: number } {
  let marked = '';
  let copied = 0;
  let count = 0;
  suspect.lastIndex = 0;
  for (let match = suspect.exec(text); match !== null; match = suspect.exec(text)) {
    const numbers = numbersAtEnd.exec(match[0]);
    if (numbers === null) continue;
    const rewritten = numbers[0].replace(/[^,\s]+/g, (token) => {
      // A value that is not a number stays, so that it is refused.
      if (typeof numberOf(token) === 'number' || !number.test(token)) return token;
      count += 1;
      return `"${markInJson}${token}"`;
    });
    marked += text.slice(copied, match.index + numbers.index) + rewritten;
    copied = suspect.lastIndex;
  }
  return { marked: marked + text.slice(copied), count };
}

/** Puts numbers in the place of marked strings until none is left. Returns how many are left. */
function restoreIn(tree: Tree, count: number, depth: number): number {
  if (depth > maxDepth) return count;
  let left = count;
  const visit = (key: number | string): void => {
    const value = (tree as Record<number | string, JsonValue>)[key];
    if (typeof value === 'string') {
      if (!value.startsWith(mark)) return;
      (tree as Record<number | string, JsonValue>)[key] = new NumberText(value.slice(mark.length));
      left -= 1;
    } else if (typeof value === 'object' && value !== null) left = restoreIn(value as Tree, left, depth + 1);
  };
  if (Array.isArray(tree)) for (let index = 0; index < tree.length && left > 0; index += 1) visit(index);
  else
    for (const key in tree) {
      visit(key);
      if (left === 0) break;
    }
  return left;
}
