import { countsOf, makeReport, writeReport } from './report.js';
import type { TestVerdicts, Verdict } from './report.js';
import { IN_PROCESS_TIERS, judgeInProcess, judgeOverHttp } from './run-suite.js';
import { readSuite } from './suite-folder.js';
import type { SuiteCase } from './suite-folder.js';
import type { SuiteWorld } from './world.js';

/**
 * Runs the suite in a folder on every tier, writes the report to a file, and says whether every test passed on every
 * tier.
 *
 * @throws SuiteFolderError
 */
export async function checkSuite(folder: string, reportFile: string, world: SuiteWorld): Promise<boolean> {
  const print = (line: string): void => world.out(`${line}\n`);
  const files = await readSuite(folder);
  const cases = files.flatMap((file) => file.tests.map((test) => ({ file, test })));
  const tiers = new Map<string, readonly Verdict[]>();
  for (const tier of IN_PROCESS_TIERS) {
    const onLeft = ({ file, test }: SuiteCase, reason: string): void =>
      print(`on codegen ${file.name} "${test.title}": ${reason}`);
    tiers.set(tier, await judgeInProcess(cases, tier, onLeft, world.signal));
    print(`${tier}: ${countsOf(passedOf(tiers.get(tier)))}`);
  }
  tiers.set('http', await judgeOverHttp(files, cases, world));
  print(`http: ${countsOf(passedOf(tiers.get('http')))}`);

  const verdicts = cases.map<TestVerdicts>(({ file, test }, index) => ({
    file,
    test,
    byTier: new Map([...tiers].map(([tier, ofTier]) => [tier, ofTier[index]])),
  }));
  await writeReport(makeReport(verdicts), reportFile);
  for (const { file, test, byTier } of verdicts) {
    for (const [tier, reason] of byTier) {
      if (reason !== undefined) print(`FAILED ${tier} ${file.name} "${test.title}": ${reason}`);
    }
  }
  const passed = verdicts.map(({ byTier }) => passedOf([...byTier.values()]).every(Boolean));
  print(countsOf(passed));
  return passed.every(Boolean);
}

function passedOf(verdicts: readonly Verdict[] | undefined): boolean[] {
  return (verdicts ?? []).map((reason) => reason === undefined);
}
