import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { judge } from './testing/judge.js';

const folder = process.env['PUBLIC_VIEWS'] ?? '../shared/data/public-views';
const describeWithViews = existsSync(folder) ? describe : describe.skip;

/**
 * Views that ran before these checks. Each was looked at by hand: the refused paths in them can never give a
 * value.
 */
const wronglyWritten: ReadonlyMap<string, string> = new Map([
  ['Aidbox+viewdefinitions__basic_where', 'a date is compared with text'],
  ['FHIR+sql-on-fhir-v2__diagnoses_view', 'onset.dateTime is no element: the column was always null'],
  ['FHIR+sql-on-fhir-v2__view-2', 'an example of an invalid path'],
  ['aphp+IG-fhir-dm__DrugExposureAdministration', 'encounter is of R5; R4 has context'],
  ['aphp+IG-fhir-dm__OMOP-DrugExposure-View', 'batch is of Medication, not of what refers to one'],
  ['aphp+IG-fhir-dm__OMOP-Location-View', 'paths of Location in a view of Patient'],
  ['atomic-ehr+sql-on-fhir-playground__view-3', 'reference is no type'],
  ['atomic-ehr+sql-on-fhir-playground__view-4', 'reference is no type'],
  ['google+fhir-data-pipes__diagnostic_report_flat', 'conclusion is text; conclusionCode has codings'],
  ['octofhir+sof__SchemaViolationsDemo', 'an example of what a schema finds'],
  ['octofhir+sof__view-30', 'an example of a misspelt element'],
]);

/** Public views by name, with the findings of checks that apply only when a view is accepted. */
function doubted(): readonly (readonly [string, readonly string[]])[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => {
      const { refused } = judge(JSON.parse(readFileSync(join(folder, file), 'utf8')));
      const checks = refused.filter(({ kind }) => kind === 'element' || kind === 'type');
      // A view that cannot run at all is refused for that alone.
      const isHard = checks.length < refused.length;
      const reasons = isHard
        ? []
        : checks.map(({ expression, diagnostics }) => `${expression}: ${diagnostics}`);
      return [file.replace(/\.json$/, ''), reasons] as const;
    });
}

describeWithViews('public ViewDefinitions', () => {
  test('are refused only where somebody has seen that they are wrong; the reasons are printed', () => {
    const views = doubted();
    const refused = views.filter(([, reasons]) => reasons.length > 0);
    for (const [name, reasons] of refused) {
      process.stdout.write(`refused: ${name}\n${reasons.map((reason) => `    ${reason}\n`).join('')}`);
    }
    process.stdout.write(
      `${String(refused.length)} of ${String(views.length)} public views would be refused\n`,
    );
    expect(refused.map(([name]) => name)).toEqual([...wronglyWritten.keys()]);
  });
});
