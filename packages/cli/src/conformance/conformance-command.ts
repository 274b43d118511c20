import type { Command } from 'commander';
import { CommandFailedError } from '../errors.js';
import { print, type Terminal } from '../terminal.js';
import { countsOf, makeReport, writeReport, type TestVerdicts, type Verdict } from './report.js';
import { IN_PROCESS_TIERS, judgeInProcess, judgeOverHttp } from './run-suite.js';
import { readSuite, type SuiteCase } from './suite.js';

export function addConformance(root: Command, terminal: Terminal): void {
  root
    .command('conformance')
    .description('runs the official ViewDefinition suite on every engine tier and through the HTTP API')
    .argument('<dir>', 'folder of the suite: the *.json files of its tests')
    .option('--report <file>', 'where the report goes', 'test_report.json')
    .action((folder: string, options: { readonly report: string }) =>
      checkConformance(folder, options.report, terminal),
    );
}

async function checkConformance(folder: string, reportFile: string, terminal: Terminal): Promise<void> {
  const files = await readSuite(folder);
  const cases = files.flatMap((file) => file.tests.map((test) => ({ file, test })));
  const tiers = new Map<string, readonly Verdict[]>();
  for (const tier of IN_PROCESS_TIERS) {
    const onLeft = ({ file, test }: SuiteCase, reason: string): void =>
      print(terminal, `on codegen ${file.name} "${test.title}": ${reason}`);
    tiers.set(tier, await judgeInProcess(cases, tier, onLeft, terminal.signal));
    print(terminal, `${tier}: ${countsOf(passedOf(tiers.get(tier)))}`);
  }
  tiers.set('http', await judgeOverHttp(files, cases, terminal));
  print(terminal, `http: ${countsOf(passedOf(tiers.get('http')))}`);

  const verdicts = cases.map<TestVerdicts>(({ file, test }, index) => ({
    file,
    test,
    byTier: new Map([...tiers].map(([tier, ofTier]) => [tier, ofTier[index]])),
  }));
  await writeReport(makeReport(verdicts), reportFile);
  for (const { file, test, byTier } of verdicts) {
    for (const [tier, reason] of byTier) {
      if (reason !== undefined) print(terminal, `FAILED ${tier} ${file.name} "${test.title}": ${reason}`);
    }
  }
  const passed = verdicts.map(({ byTier }) => passedOf([...byTier.values()]).every(Boolean));
  print(terminal, countsOf(passed));
  if (!passed.every(Boolean)) throw new CommandFailedError('the suite did not pass on every tier');
}

function passedOf(verdicts: readonly Verdict[] | undefined): boolean[] {
  return (verdicts ?? []).map((reason) => reason === undefined);
}
