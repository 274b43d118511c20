import type { OwnBases } from '@millrace/fhir';
import type { ScanFormat } from '@millrace/scan';
import { prepareCheck } from './check-pass.js';
import type { Framing } from './engines/framing.js';
import type { LineScanFactory } from './engines/scan-lines.js';
import type { GeneratedFilter } from './generate/generate-filter.js';
import type { GeneratedLine } from './generate/generate-line.js';
import { treeOf, writeTree } from './json-tree.js';
import type { JsonTree } from './json-tree.js';
import type { Disagreement, PassTask } from './pass-result.js';
import { shrinkTree } from './shrink.js';

/** The settings that a pass evaluates lines with. */
export interface PassSetting {
  readonly format: ScanFormat;
  readonly definitions: readonly unknown[];
  readonly framing: Framing;
  readonly filter: GeneratedFilter | undefined;
  readonly bases: OwnBases;
}

/** Looks for one line that shows the difference alone, and makes it and the views smaller. */
export function explainDisagreement(
  { pass, tiers, lines }: PassTask,
  { format, definitions, framing, filter, bases }: PassSetting,
  generated: readonly GeneratedLine[],
  difference: string,
  makeScan: LineScanFactory,
): Disagreement {
  const differenceOf = (tree: JsonTree, input: readonly Buffer[]): string | undefined => {
    const views = JSON.parse(writeTree(tree)) as unknown[]; // a list, as it was
    try {
      const prepared = prepareCheck(views, tiers, format, framing, filter, makeScan, bases);
      return 'refused' in prepared ? undefined : prepared.check(input).difference;
    } catch {
      // A view that lacks a part may break an engine in another way, which is a different failure.
      return undefined;
    }
  };
  const original = treeOf(definitions);
  const failure = {
    kind: 'disagreement',
    pass,
    format,
    framing: JSON.stringify(framing),
    filter: JSON.stringify(filter),
    bases: JSON.stringify(bases),
  } as const;
  const at = generated.findIndex(({ bytes }) => differenceOf(original, [bytes]) !== undefined);
  const found = generated[at];
  if (found === undefined) {
    const input = generated.map(({ bytes }) => bytes.toString('latin1')).join('\n');
    return { ...failure, lines, definitions: writeTree(original), input, difference };
  }
  const fails = (tree: JsonTree, line: Buffer): boolean => differenceOf(tree, [line]) !== undefined;
  const first = shrinkTree(original, (tree) => fails(tree, found.bytes));
  // Writing a line anew may lose the cause of its failure, such as blanks.
  const lineTree = found.tree && fails(first, written(found.tree)) ? found.tree : undefined;
  const small = lineTree && shrinkTree(lineTree, (tree) => fails(first, written(tree)));
  const bytes = small === undefined ? found.bytes : written(small);
  const last = shrinkTree(first, (tree) => fails(tree, bytes));
  const line = lines.from + at;
  return {
    ...failure,
    lines: { from: line, to: line + 1 },
    definitions: writeTree(last),
    input: bytes.toString(),
    difference: differenceOf(last, [bytes]) ?? difference,
  };
}

function written(tree: JsonTree): Buffer {
  return Buffer.from(writeTree(tree));
}
