import { translateViews } from '@millrace/view-program';
import { ViewDefinitionError, compileView } from '@millrace/viewdef';
import type { CompiledView } from '@millrace/viewdef';
import { differenceByBytes, differenceByValue } from './disagreement.js';
import { createLineEvaluator } from './engines/line-outcome.js';
import { createLineScan } from './engines/scan-lines.js';
import type { Tiers } from './tiers.js';
import type { ScanFormat } from '@millrace/view-program';

/** What a comparison of lines found. */
export interface LinesChecked {
  /** Lines that both engines evaluated to rows or to none, so that the comparison says something. */
  readonly compared: number;
  readonly rows: number;
  readonly difference: string | undefined;
}

/** Compares two engines on lines that all go through one view. */
export type CheckLines = (lines: readonly Buffer[]) => LinesChecked;

/** Makes the comparison for a view, or says why there is none. */
export function prepareCheck(
  definition: unknown,
  tiers: Tiers,
  format: ScanFormat,
): { readonly check: CheckLines } | { readonly refused: string } {
  const view = compiled(definition);
  if (typeof view === 'string') return { refused: view };
  if (tiers === 'codegen,fhirpath') {
    return { check: checkByValue(view, compileView(definition, { engine: 'fhirpath' })) };
  }
  const translation = translateViews([view.plan], format);
  if ('declined' in translation) return { refused: translation.declined };
  const evaluate = createLineEvaluator(view);
  const scanLines = createLineScan(translation.program);
  return {
    check(lines) {
      const scanned = scanLines(lines);
      const difference = differenceByBytes(scanned, lines.map(evaluate), view, format);
      return { compared: lines.length - scanned.left.size, rows: scanned.rows, difference };
    },
  };
}

function compiled(definition: unknown): CompiledView | string {
  try {
    return compileView(definition);
  } catch (error) {
    if (error instanceof ViewDefinitionError) return error.message;
    throw error;
  }
}

function checkByValue(generated: CompiledView, interpreted: CompiledView): CheckLines {
  const [one, other] = [createLineEvaluator(generated), createLineEvaluator(interpreted)];
  return (lines) => {
    let [compared, rows] = [0, 0];
    for (const line of lines) {
      const [left, right] = [one(line), other(line)];
      const difference = differenceByValue(left, right);
      if (difference !== undefined) return { compared, rows, difference };
      if ('fault' in left) continue;
      compared += 1;
      rows += left.rows.length;
    }
    return { compared, rows, difference: undefined };
  };
}
