import { describe, expect, it } from '@jest/globals';
import { reportPipeline } from './pipeline-report.js';
import type { TimedRun } from './pipeline-report.js';

function run(seconds: number, { sha256 = ['a', 'b'], control = 0.06 } = {}): TimedRun {
  return { seconds, cpuSeconds: 2 * seconds, controlCpuSeconds: control, rows: 10, bytes: 100, sha256 };
}

describe('the report on a pipeline', () => {
  it('compares the fastest runs, and tells the middle ones', () => {
    const report = reportPipeline({
      inputBytes: 2e9,
      plain: [run(0.9), run(4), run(1)],
      engines: [run(4.2), run(0.96), run(1.9)],
      exports: [run(2), run(5), run(1)],
    });
    expect(report).toEqual({
      plain: { seconds: 1, fastestSeconds: 0.9, cpuSeconds: 2, mbPerSecond: 2000 },
      engines: { seconds: 1.9, fastestSeconds: 0.96, cpuSeconds: 3.8, mbPerSecond: 1050 },
      export: { seconds: 2, fastestSeconds: 1, cpuSeconds: 4, mbPerSecond: 1000 },
      exportToPlain: 0.9,
      enginesToPlain: 0.938,
      controlShare: 0.04,
      controlCpuShare: 0.015,
      ...{ rows: 10, outputBytes: 100 },
      sameFiles: true,
      within: true,
    });
  });

  it.each([
    [0.79, 0.96, 0.09, false],
    [0.8, 0.96, 0.09, true],
    [0.8, 0.94, 0.09, false],
    [0.8, 0.96, 0.11, false],
  ])(
    'holds %d s of plain loops, %d s of engines and %d s of control in an export of a second to what is promised',
    (plain, engines, control, within) => {
      const exports = [run(1, { control })];
      const runs = { inputBytes: 1, plain: [run(plain)], engines: [run(engines)], exports };
      expect(reportPipeline(runs).within).toBe(within);
    },
  );

  it('says when the files are not the same', () => {
    const runs = { inputBytes: 1, plain: [run(1)], engines: [run(1, { sha256: ['a'] })], exports: [run(1)] };
    expect(reportPipeline(runs)).toMatchObject({ sameFiles: false });
  });
});
