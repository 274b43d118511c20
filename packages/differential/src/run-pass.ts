import type { ScanFormat } from '@millrace/view-program';
import { prepareCheck } from './check-pass.js';
import { generateFraming } from './engines/framing.js';
import type { Framing } from './engines/framing.js';
import { resourceTypes } from './generate/element-model.js';
import { generateFilter } from './generate/generate-filter.js';
import type { GeneratedFilter } from './generate/generate-filter.js';
import { generateLine } from './generate/generate-line.js';
import type { GeneratedLine } from './generate/generate-line.js';
import { generateView } from './generate/generate-view.js';
import { treeOf, writeTree } from './json-tree.js';
import type { JsonTree } from './json-tree.js';
import { createRandom } from './random.js';
import { shrinkTree } from './shrink.js';
import { FORMATS, generationFor } from './tiers.js';
import type { Tiers } from './tiers.js';

export interface PassTask {
  readonly tiers: Tiers;
  readonly seed: string;
  /** Number of the pass, from 0. */
  readonly pass: number;
  /** Numbers of its lines, the last excluded. */
  readonly lines: { readonly from: number; readonly to: number };
}

/** Two engines that differ, and how to see it again. */
export interface Failure {
  readonly pass: number;
  /** Undefined when only several lines together, or how they are handed over, show it. */
  readonly line: number | undefined;
  readonly format: ScanFormat;
  readonly definitions: string;
  readonly framing: string;
  /** As JSON; undefined when all resources were evaluated. */
  readonly filter: string | undefined;
  readonly input: string;
  readonly difference: string;
}

/** What was done; `compared` and `rows` show that it was not about nothing. */
export interface Counts {
  readonly views: number;
  /** One view on one line each. */
  readonly cases: number;
  readonly compared: number;
  readonly rows: number;
  readonly stops: number;
  /** Generated passes that were refused before one was not. */
  readonly refusals: number;
}

export interface PassResult extends Counts {
  readonly failure: Failure | undefined;
}

/** So many refused passes in a row are a fault of the generator. */
const MOST_REFUSALS = 100;

/** Runs the cases of one pass: the same numbers and seed give the same cases, whatever else runs. */
export function runPass(task: PassTask): PassResult {
  const { tiers, seed, pass, lines } = task;
  const { dialects, manners, mostViews } = generationFor(tiers);
  for (let refusals = 0; refusals < MOST_REFUSALS; refusals += 1) {
    const random = createRandom(`${seed}/${pass}/${refusals}`);
    const format = random.pick(FORMATS);
    const resource = random.pick(resourceTypes);
    const count = random.chance(50) ? 1 : 1 + random.below(mostViews);
    const definitions = Array.from({ length: count }, () =>
      generateView(resource, random.pick(dialects), random),
    );
    const framing = generateFraming(count, random);
    const filter =
      tiers === 'scan,codegen' ? generateFilter(createRandom(`${seed}/${pass}/filter`)) : undefined;
    const prepared = prepareCheck(definitions, tiers, format, framing, filter);
    if ('refused' in prepared) continue;
    const generated = Array.from({ length: lines.to - lines.from }, (_, at) =>
      generateLine(resource, manners, createRandom(`${seed}/${pass}/line/${lines.from + at}`)),
    );
    const { difference, ...counts } = prepared.check(generated.map(({ bytes }) => bytes));
    const compared = tiers === 'scan,codegen' ? counts.compared * count : counts.compared;
    const result = { ...counts, compared, views: count, cases: generated.length * count, refusals };
    if (difference === undefined) return { ...result, failure: undefined };
    return {
      ...result,
      failure: explain(task, { format, definitions, framing, filter }, generated, difference),
    };
  }
  throw new Error(`all of ${MOST_REFUSALS} generated passes were refused; expected one that is accepted`);
}

interface Setting {
  readonly format: ScanFormat;
  readonly definitions: readonly unknown[];
  readonly framing: Framing;
  readonly filter: GeneratedFilter | undefined;
}

function explain(
  { pass, tiers, lines }: PassTask,
  { format, definitions, framing, filter }: Setting,
  generated: readonly GeneratedLine[],
  difference: string,
): Failure {
  const differenceOf = (tree: JsonTree, input: readonly Buffer[]): string | undefined => {
    const views = JSON.parse(writeTree(tree)) as unknown[]; // a list, as it was
    const prepared = prepareCheck(views, tiers, format, framing, filter);
    return 'refused' in prepared ? undefined : prepared.check(input).difference;
  };
  const original = treeOf(definitions);
  const failure = { pass, format, framing: JSON.stringify(framing), filter: JSON.stringify(filter) };
  const at = generated.findIndex(({ bytes }) => differenceOf(original, [bytes]) !== undefined);
  const found = generated[at];
  if (found === undefined) {
    const input = generated.map(({ bytes }) => bytes.toString('latin1')).join('\n');
    return { ...failure, line: undefined, definitions: writeTree(original), input, difference };
  }
  const fails = (tree: JsonTree, line: Buffer): boolean => differenceOf(tree, [line]) !== undefined;
  const first = shrinkTree(original, (tree) => fails(tree, found.bytes));
  // A line that is written anew may lose what made it fail, such as blanks.
  const lineTree = found.tree && fails(first, written(found.tree)) ? found.tree : undefined;
  const small = lineTree && shrinkTree(lineTree, (tree) => fails(first, written(tree)));
  const bytes = small === undefined ? found.bytes : written(small);
  const last = shrinkTree(first, (tree) => fails(tree, bytes));
  return {
    ...failure,
    line: lines.from + at,
    definitions: writeTree(last),
    input: bytes.toString(),
    difference: differenceOf(last, [bytes]) ?? difference,
  };
}

function written(tree: JsonTree): Buffer {
  return Buffer.from(writeTree(tree));
}
