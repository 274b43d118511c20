import { writeFile } from 'node:fs/promises';
import * as z from 'zod';
import type { SuiteCase } from './suite-folder.js';

/** Why a test failed on a tier; undefined where it passed. */
export type Verdict = string | undefined;

export interface TestVerdicts extends SuiteCase {
  readonly byTier: ReadonlyMap<string, Verdict>;
}

const resultSchema = z.object({
  passed: z.boolean(),
  error: z.string().optional(),
  details: z.record(z.string(), z.unknown()).optional(),
});

/** https://sql-on-fhir.org/ig/test-report */
const reportSchema = z.record(
  z.string(),
  z.strictObject({ tests: z.array(z.object({ name: z.string(), result: resultSchema })).min(1) }),
);
export type TestReport = z.infer<typeof reportSchema>;

/** A test has passed when it passed on every tier. */
export function makeReport(verdicts: readonly TestVerdicts[]): TestReport {
  const report: TestReport = {};
  for (const { file, test, byTier } of verdicts) {
    const failures = [...byTier].flatMap(([tier, reason]) =>
      reason === undefined ? [] : [`${tier}: ${reason}`],
    );
    const tiers = Object.fromEntries([...byTier].map(([tier, reason]) => [tier, reason === undefined]));
    const error = failures.length === 0 ? {} : { error: failures.join('\n') };
    const tests = (report[file.name] ??= { tests: [] }).tests;
    tests.push({ name: test.title, result: { passed: failures.length === 0, ...error, details: { tiers } } });
  }
  return report;
}

export async function writeReport(report: TestReport, path: string): Promise<void> {
  await writeFile(path, `${JSON.stringify(reportSchema.parse(report), null, 2)}\n`);
}

/** `148 passed, 0 failed` */
export function countsOf(passed: readonly boolean[]): string {
  const good = passed.filter(Boolean).length;
  return `${good} passed, ${passed.length - good} failed`;
}
