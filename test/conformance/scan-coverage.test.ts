import { existsSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { judgeInProcess } from '../harness/conformance/src/run-suite.js';
import { readSuite } from '../harness/conformance/src/suite-folder.js';

const folder = process.env['SOF_TESTS'] ?? '../shared/spec/sof-tests';
const describeWithSuite = existsSync(folder) ? describe : describe.skip;

describeWithSuite('the official ViewDefinition tests on the scan', () => {
  test('all pass, and leave nothing to generated code', async () => {
    const cases = (await readSuite(folder)).flatMap((file) =>
      file.tests.map((each) => ({ file, test: each })),
    );
    const left: string[] = [];
    const verdicts = await judgeInProcess(
      cases,
      'scan',
      ({ file, test: { title } }, reason) => left.push(`${file.name} "${title}": ${reason}`),
      new AbortController().signal,
    );
    expect(verdicts.filter((verdict) => verdict !== undefined)).toEqual([]);
    expect(left).toEqual([]);
  });
});
