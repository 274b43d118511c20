import type { ScanFormat } from '@millrace/view-program';
import { prepareCheck } from './check-view.js';
import type { CheckLines } from './check-view.js';
import { generateLine } from './generate/generate-line.js';
import type { GeneratedLine } from './generate/generate-line.js';
import { generateView } from './generate/generate-view.js';
import { treeOf, writeTree } from './json-tree.js';
import type { JsonTree } from './json-tree.js';
import { createRandom } from './random.js';
import { shrinkTree } from './shrink.js';
import { FORMATS, generationFor } from './tiers.js';
import type { Tiers } from './tiers.js';

export interface ViewTask {
  readonly tiers: Tiers;
  readonly seed: string;
  /** Number of the view, from 0. */
  readonly view: number;
  /** Numbers of its lines, the last excluded. */
  readonly lines: { readonly from: number; readonly to: number };
}

/** Two engines that differ, and how to see it again. */
export interface Failure {
  readonly view: number;
  /** Undefined when only several lines together show it. */
  readonly line: number | undefined;
  readonly format: ScanFormat;
  readonly definition: string;
  readonly input: string;
  readonly difference: string;
}

export interface ViewResult {
  readonly cases: number;
  readonly compared: number;
  readonly rows: number;
  /** Generated views that were refused before one was not. */
  readonly refusals: number;
  readonly failure: Failure | undefined;
}

/** So many refused views in a row are a fault of the generator. */
const MOST_REFUSALS = 100;

/** Runs the cases of one view: the same numbers and seed give the same cases, whatever else runs. */
export function runView(task: ViewTask): ViewResult {
  const { tiers, seed, view, lines } = task;
  const { dialects, manners } = generationFor(tiers);
  for (let refusals = 0; refusals < MOST_REFUSALS; refusals += 1) {
    const random = createRandom(`${seed}/${view}/${refusals}`);
    const format = random.pick(FORMATS);
    const definition = generateView(random.pick(dialects), random);
    const prepared = prepareCheck(definition, tiers, format);
    if ('refused' in prepared) continue;
    const generated = Array.from({ length: lines.to - lines.from }, (_, at) =>
      generateLine(definition.resource, manners, createRandom(`${seed}/${view}/line/${lines.from + at}`)),
    );
    const { difference, compared, rows } = prepared.check(generated.map(({ bytes }) => bytes));
    const result = { cases: generated.length, compared, rows, refusals, failure: undefined };
    if (difference === undefined) return result;
    return { ...result, failure: explain(task, format, definition, generated, prepared.check, difference) };
  }
  throw new Error(`all of ${MOST_REFUSALS} generated views were refused; expected one that is accepted`);
}

function explain(
  { view, tiers, lines }: ViewTask,
  format: ScanFormat,
  definition: unknown,
  generated: readonly GeneratedLine[],
  check: CheckLines,
  difference: string,
): Failure {
  const at = generated.findIndex(({ bytes }) => check([bytes]).difference !== undefined);
  const found = generated[at];
  if (found === undefined) {
    const input = generated.map(({ bytes }) => bytes.toString('latin1')).join('\n');
    return { view, line: undefined, format, definition: JSON.stringify(definition), input, difference };
  }
  const fails = (tree: JsonTree, line: Buffer): string | undefined => {
    const prepared = prepareCheck(JSON.parse(writeTree(tree)), tiers, format);
    return 'refused' in prepared ? undefined : prepared.check([line]).difference;
  };
  const original = treeOf(definition);
  const first = shrinkTree(original, (tree) => fails(tree, found.bytes) !== undefined);
  // A line that is written anew may lose what made it fail, such as blanks.
  const lineTree = found.tree && fails(first, written(found.tree)) !== undefined ? found.tree : undefined;
  const small = lineTree && shrinkTree(lineTree, (tree) => fails(first, written(tree)) !== undefined);
  const bytes = small === undefined ? found.bytes : written(small);
  const last = shrinkTree(first, (tree) => fails(tree, bytes) !== undefined);
  return {
    view,
    line: lines.from + at,
    format,
    definition: writeTree(last),
    input: bytes.toString(),
    difference: fails(last, bytes) ?? difference,
  };
}

function written(tree: JsonTree): Buffer {
  return Buffer.from(writeTree(tree));
}
