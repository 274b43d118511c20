import { describe, expect, it } from '@jest/globals';
import { reportScaling } from './scaling-report.js';

describe('the report on scaling', () => {
  it('compares threads and sizes within each round', () => {
    const report = reportScaling([
      { inputBytes: 8e8, threads: 2, seconds: [0.5, 1.2, 0.8] },
      { inputBytes: 1e8, threads: 2, seconds: [0.0625, 0.1, 0.1] },
      { inputBytes: 1e8, threads: 1, seconds: [0.1, 0.16, 0.2] },
      { inputBytes: 8e8, threads: 1, seconds: [1, 2, 1.6] },
    ]);
    expect(report).toEqual({
      points: [
        { inputBytes: 1e8, threads: 1, seconds: 0.16, mbPerSecond: 625, toFewest: 1, toSmallest: 1 },
        { inputBytes: 1e8, threads: 2, seconds: 0.1, mbPerSecond: 1000, toFewest: 1.6, toSmallest: 1 },
        { inputBytes: 8e8, threads: 1, seconds: 1.6, mbPerSecond: 500, toFewest: 1, toSmallest: 0.8 },
        { inputBytes: 8e8, threads: 2, seconds: 0.8, mbPerSecond: 1000, toFewest: 2, toSmallest: 1 },
      ],
      twoToOne: 1.8,
      within: true,
    });
  });

  it('judges nothing when there is nothing to compare', () => {
    expect(reportScaling([{ inputBytes: 1, threads: 2, seconds: [1] }])).toMatchObject({
      twoToOne: undefined,
      within: undefined,
    });
  });
});
