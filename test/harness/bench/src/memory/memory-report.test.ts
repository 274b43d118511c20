import { describe, expect, it } from '@jest/globals';
import { comparePeaks, summarizePeaks } from './memory-report.js';

const peak = (inputBytes: number, peakBytes: number) =>
  summarizePeaks(inputBytes, 2, [{ peakBytes, idleBytes: peakBytes - 2 * 119e6, seconds: 1 }]);

describe('the peaks of several runs', () => {
  it('are told by their medians, and each', () => {
    const runs = [
      { peakBytes: 300, idleBytes: 60, seconds: 2 },
      { peakBytes: 100, idleBytes: 50, seconds: 4 },
      { peakBytes: 200, idleBytes: 40, seconds: 1 },
    ];
    expect(summarizePeaks(8e6, 2, runs)).toEqual({
      inputBytes: 8e6,
      peakBytes: 200,
      peaks: [300, 100, 200],
      idleBytes: 50,
      perThreadBytes: 80,
      mbPerSecond: 4,
    });
  });
});

describe('a small and a large source', () => {
  it.each([
    [200e6, 260e6, { ratio: 1.3, withinPeak: true, withinRatio: true }],
    [200e6, 270e6, { ratio: 1.35, withinPeak: true, withinRatio: false }],
    [390e6, 410e6, { ratio: 1.05, withinPeak: false, withinRatio: true }],
    [410e6, 390e6, { ratio: 0.951, withinPeak: false, withinRatio: true }],
  ])('with peaks of %d and %d bytes are judged', (small, large, expected) => {
    expect(comparePeaks(peak(1, small), peak(8, large))).toMatchObject(expected);
  });

  it('are judged by the memory of each thread, too', () => {
    const runs = [{ peakBytes: 220e6, idleBytes: 100e6, seconds: 1 }];
    const one = summarizePeaks(1, 1, runs);
    expect(comparePeaks(one, one)).toMatchObject({ withinPerThread: false });
    const two = summarizePeaks(1, 2, runs);
    expect(comparePeaks(two, two)).toMatchObject({ withinPerThread: true });
  });
});
