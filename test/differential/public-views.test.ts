import { existsSync } from 'node:fs';
import { describe, expect, jest, test } from '@jest/globals';
import { describeDecline, translateViews } from '@millrace/scan';
import type { ScanFormat } from '@millrace/scan';
import { differenceByBytes, differenceByValue } from '../harness/differential/src/disagreement.js';
import { wholeFraming } from '../harness/differential/src/engines/framing.js';
import { createLineEvaluator } from '../harness/differential/src/engines/line-outcome.js';
import { createLineScan } from '../harness/differential/src/engines/scan-lines.js';
import { compileLeniently, readPublicViews } from '../harness/differential/src/testing/public-views.js';
import type { PublicView } from '../harness/differential/src/testing/public-views.js';
import { generatedLines, linesOfFile } from '../harness/differential/src/testing/resource-lines.js';

jest.setTimeout(180_000);

const folder = process.env['PUBLIC_VIEWS'] ?? '../shared/data/public-views';
const data = process.env['SYNTHEA_DATA'] ?? '../shared/data/synthea-100';
const describeWithViews = existsSync(folder) && existsSync(data) ? describe : describe.skip;

/** Of the views of the corpus that compiled in November 2026, how many the scan takes at least. */
const LEAST_ON_SCAN = 169;
/** Lines of each type, and of these every one that fhirpath.js sees too: it is slow. */
const LINES = 240;
const STEP = 4;

/** Of each type, as far as the data has it. */
const read = new Map<string, readonly Buffer[] | undefined>();

function linesFor({ text }: PublicView, resource: string): readonly Buffer[] {
  if (!read.has(resource)) read.set(resource, linesOfFile(data, resource, LINES));
  return read.get(resource) ?? generatedLines(resource, text, LINES);
}

/** How a view differs between the tiers; nothing when it does not. */
function differencesOf(view: PublicView, format: ScanFormat): readonly (string | undefined)[] {
  const [generated, interpreted] = [compileLeniently(view, 'auto'), compileLeniently(view, 'fhirpath')];
  const lines = linesFor(view, generated.resource);
  const outcomes = lines.map(createLineEvaluator(generated));
  rows += outcomes.reduce((sum, outcome) => ('rows' in outcome ? sum + outcome.rows.length : sum), 0);
  const evaluate = createLineEvaluator(interpreted);
  const byValue = outcomes.flatMap((outcome, at) => {
    const line = at % STEP === 0 ? lines[at] : undefined;
    return line === undefined ? [] : [differenceByValue(outcome, evaluate(line))];
  });
  const translation = translateViews([generated.plan], format);
  if ('declines' in translation) return byValue;
  const scanned = createLineScan(translation.program, wholeFraming)(lines);
  return [...byValue, differenceByBytes(scanned, 0, outcomes, generated.columns, format)];
}

/** That generated code made of the lines. */
let rows = 0;

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
    const differences = views.flatMap((view, at) => {
      const format = at % 2 === 0 ? 'csv' : 'ndjson';
      return differencesOf(view, format).flatMap((found) =>
        found === undefined ? [] : `${view.name}: ${found}`,
      );
    });
    process.stdout.write(`${rows} rows of public views are the same on the scan and in generated code\n`);
    expect(differences).toEqual([]);
    expect(rows).toBeGreaterThan(10_000);
  });
});
