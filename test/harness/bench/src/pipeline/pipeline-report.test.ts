import { describe, expect, it } from '@jest/globals';
import { reportPipeline } from './pipeline-report.js';
import type { TimedRun } from './pipeline-report.js';

function run(seconds: number, lines = 'a'): TimedRun {
  return {
    seconds,
    cpuSeconds: 2 * seconds,
    controlCpuSeconds: 0.06,
    rows: 10,
    bytes: 100,
    sha256: [],
    lines,
  };
}

describe('the report on a pipeline', () => {
  it('compares within each round, and takes the middle one', () => {
    const report = reportPipeline({
      inputBytes: 2e9,
      plain: [run(0.9), run(4), run(1)],
      engines: [run(0.96), run(4.2), run(1.9)],
      exports: [run(1), run(5), run(2)],
    });
    expect(report).toEqual({
      plain: { seconds: 1, fastestSeconds: 0.9, cpuSeconds: 2, mbPerSecond: 2000 },
      engines: { seconds: 1.9, fastestSeconds: 0.96, cpuSeconds: 3.8, mbPerSecond: 1050 },
      export: { seconds: 2, fastestSeconds: 1, cpuSeconds: 4, mbPerSecond: 1000 },
      exportToPlain: 0.8,
      enginesToPlain: 0.938,
      controlShare: 0.05,
      controlCpuShare: 0.05,
      controlThreadsCpuShare: 0.015,
      rows: 10,
      outputBytes: 100,
      sameLines: true,
      within: false,
    });
  });

  it.each([
    [0.79, 0.96, false],
    [0.8, 0.96, true],
    [0.8, 0.94, false],
  ])(
    'holds %d s of plain loops and %d s of engines in a second of export to what is promised',
    (plain, engines, within) => {
      const runs = { inputBytes: 1, plain: [run(plain)], engines: [run(engines)], exports: [run(1)] };
      expect(reportPipeline(runs).within).toBe(within);
    },
  );

  it('says when the lines are not the same', () => {
    const runs = { inputBytes: 1, plain: [run(1)], engines: [run(1, 'b')], exports: [run(1)] };
    expect(reportPipeline(runs)).toMatchObject({ sameLines: false });
  });
});
