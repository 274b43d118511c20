import { existsSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { describeDecline, translateViews } from '@millrace/view-program';
import type { ScanFormat } from '@millrace/view-program';
import type { CompiledView } from '@millrace/viewdef';
import { differenceByBytes, differenceByValue } from './disagreement.js';
import { wholeFraming } from './engines/framing.js';
import { createLineEvaluator } from './engines/line-outcome.js';
import { createLineScan } from './engines/scan-lines.js';
import { compileLeniently, readPublicViews } from './testing/public-views.js';
import type { PublicView } from './testing/public-views.js';
import { generatedLines, linesOfFile } from './testing/resource-lines.js';

const folder = process.env['PUBLIC_VIEWS'] ?? '../shared/data/public-views';
const data = process.env['SYNTHEA_DATA'] ?? '../shared/data/synthea-100';
const describeWithViews = existsSync(folder) && existsSync(data) ? describe : describe.skip;

/** Of the views of the corpus that compiled in November 2026, how many the scan takes at least. */
const LEAST_ON_SCAN = 169;
/** Lines of each type for scan and generated code, and as many of them for fhirpath.js as its speed allows. */
const LINES = { scan: 400, fhirpath: 40 } as const;

function linesFor({ text }: PublicView, resource: string): readonly Buffer[] {
  return linesOfFile(data, resource, LINES.scan) ?? generatedLines(resource, text, LINES.scan);
}

/** So many of the lines, from all parts. */
function everyOf(lines: readonly Buffer[], count: number): readonly Buffer[] {
  const step = Math.max(1, Math.floor(lines.length / count));
  return lines.filter((_, index) => index % step === 0);
}

/** How the scan differs from generated code on lines; undefined also where the scan does not take the view. */
function byScan(view: CompiledView, lines: readonly Buffer[], format: ScanFormat): string | undefined {
  const translation = translateViews([view.plan], format);
  if ('declines' in translation) return undefined;
  const scanned = createLineScan(translation.program, wholeFraming)(lines);
  const outcomes = lines.map(createLineEvaluator(view));
  return differenceByBytes(scanned, 0, outcomes, view.columns, format);
}

describeWithViews('ViewDefinitions that people use', () => {
  const views = existsSync(folder) ? readPublicViews(folder) : [];

  test(`at least ${LEAST_ON_SCAN} of them run wholly on the scan; the others are printed with the reason`, () => {
    const left = views.flatMap((view) => {
      const translation = translateViews([compileLeniently(view, 'auto').plan], 'csv');
      if ('program' in translation) return [];
      return [`${view.name}\n${translation.declines.map((one) => `    ${describeDecline(one)}\n`).join('')}`];
    });
    const whole = views.length - left.length;
    process.stdout.write(`${whole} of ${views.length} public views run wholly on the scan; not so:\n`);
    process.stdout.write(left.join(''));
    expect(whole).toBeGreaterThanOrEqual(LEAST_ON_SCAN);
  });

  test('all tiers agree on every row of all of them', () => {
    const differences: string[] = [];
    let rows = 0;
    for (const view of views) {
      const [generated, interpreted] = [compileLeniently(view, 'auto'), compileLeniently(view, 'fhirpath')];
      const lines = linesFor(view, generated.resource);
      for (const format of ['csv', 'ndjson'] as const) {
        const difference = byScan(generated, lines, format);
        if (difference !== undefined) differences.push(`${view.name}, scan, ${format}: ${difference}`);
      }
      const evaluators = [createLineEvaluator(generated), createLineEvaluator(interpreted)] as const;
      for (const line of everyOf(lines, LINES.fhirpath)) {
        const [left, right] = [evaluators[0](line), evaluators[1](line)];
        if ('rows' in left) rows += left.rows.length;
        const difference = differenceByValue(left, right);
        if (difference !== undefined) differences.push(`${view.name}, fhirpath.js: ${difference}`);
      }
    }
    process.stdout.write(`${rows} rows of public views are the same on all tiers\n`);
    expect(differences).toEqual([]);
    expect(rows).toBeGreaterThan(views.length);
  });
});
