import { createFilter } from '@millrace/run';
import type { ResourceFilter } from '@millrace/run';
import type { OwnBases } from '@millrace/fhir';
import { describeDecline, readIdSet, translateViews, writeIdSet } from '@millrace/scan';
import type { ScanFormat } from '@millrace/scan';
import { ViewDefinitionError, compileView } from '@millrace/viewdef';
import type { CompiledView } from '@millrace/viewdef';
import { differenceByBytes, differenceByValue } from './disagreement.js';
import type { Framing } from './engines/framing.js';
import { createLineEvaluator } from './engines/line-outcome.js';
import { createLineScan } from './engines/scan-lines.js';
import type { LineScanFactory } from './engines/scan-lines.js';
import type { GeneratedFilter } from './generate/generate-filter.js';
import type { Tiers } from './tiers.js';

/** The result of a comparison of lines. */
export interface LinesChecked {
  /** For each line, by how many views both engines evaluated it to rows or to none, so that the comparison says something. */
  readonly compared: readonly number[];
  /** Of all views. */
  readonly rows: number;
  /** How often the scan stopped between lines. */
  readonly stops: number;
  /** How often the kernel trapped. */
  readonly traps: number;
  /** Between the engines, or that there were traps. */
  readonly difference: string | undefined;
}

/** Compares two engines on lines that all go through one pass. */
export type CheckLines = (lines: readonly Buffer[]) => LinesChecked;

/**
 * Makes the comparison for the views of a pass and a filter, or gives the reason why there is no comparison.
 *
 * @param makeScan stands for the scan
 * @param bases of the data
 */
export function prepareCheck(
  definitions: readonly unknown[],
  tiers: Tiers,
  format: ScanFormat,
  framing: Framing,
  generated?: GeneratedFilter,
  makeScan: LineScanFactory = createLineScan,
  bases: OwnBases = [],
): { readonly check: CheckLines } | { readonly refused: string } {
  const views: CompiledView[] = [];
  for (const definition of definitions) {
    const view = compiled(definition, bases);
    if (typeof view === 'string') return { refused: view };
    views.push(view);
  }
  if (tiers === 'codegen,fhirpath') {
    const others = definitions.map((definition) => compileView(definition, { engine: 'fhirpath', bases }));
    return { check: checkByValue(views, others) };
  }
  const filter = generated === undefined ? undefined : filterOf(views, generated, bases);
  const plans = views.map(({ plan }) => plan);
  const translation = translateViews(plans, format, filter);
  if ('declines' in translation) return { refused: translation.declines.map(describeDecline).join('; ') };
  const evaluators = views.map((view) => createLineEvaluator(view, filter));
  const scanLines = makeScan(translation.program, framing);
  return {
    check(lines) {
      const scanned = scanLines(lines);
      const differences = evaluators.map((evaluate, at) =>
        differenceByBytes(scanned, at, lines.map(evaluate), views[at]?.columns ?? [], format),
      );
      const rows = scanned.views.reduce((sum, view) => sum + view.rows, 0);
      const { stops, traps, left } = scanned;
      const trapped = traps === 0 ? undefined : `the kernel trapped, ${traps} times on these lines`;
      const difference = differences.find((found) => found !== undefined) ?? trapped;
      const compared = lines.map((_, at) => (left.has(at) ? 0 : views.length));
      return { compared, rows, stops, traps, difference };
    },
  };
}

function filterOf(
  [view]: readonly CompiledView[],
  { since, until, patients, joined }: GeneratedFilter,
  bases: OwnBases,
): ResourceFilter | undefined {
  const setOf = (ids: readonly string[] | undefined) => ids && readIdSet(writeIdSet(new Set(ids)));
  const terms = { since, until, patients: setOf(patients), joined: setOf(joined), bases };
  return view && createFilter(view.resource, terms);
}

function compiled(definition: unknown, bases: OwnBases): CompiledView | string {
  try {
    return compileView(definition, { bases });
  } catch (error) {
    if (error instanceof ViewDefinitionError) return error.message;
    throw error;
  }
}

function checkByValue(generated: readonly CompiledView[], interpreted: readonly CompiledView[]): CheckLines {
  const pairs = generated.map((view, at) =>
    [view, interpreted[at] ?? view].map((one) => createLineEvaluator(one)),
  );
  return (lines) => {
    const compared = lines.map(() => 0);
    const none = { stops: 0, traps: 0 };
    let rows = 0;
    for (const [at, line] of lines.entries()) {
      for (const [one, other] of pairs) {
        if (one === undefined || other === undefined) continue;
        const [left, right] = [one(line), other(line)];
        const difference = differenceByValue(left, right);
        if (difference !== undefined) return { ...none, compared, rows, difference };
        if ('fault' in left) continue;
        compared[at] = (compared[at] ?? 0) + 1;
        rows += left.rows.length;
      }
    }
    return { ...none, compared, rows, difference: undefined };
  };
}
