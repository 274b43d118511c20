import { describe, expect, it } from '@jest/globals';
import { reportLatency } from './latency-report.js';

const level = (present: number, kickOff: number, status: number) => ({
  present,
  kickOffMs: { p50: kickOff, p99: kickOff * 3 },
  statusMs: { p50: status, p99: status * 2 },
  commandsPerKickOff: 20,
  commandsPerStatus: 3,
  redisBytesPerExport: 1200.4,
});

describe('latencies with more and more exports present', () => {
  it.each([
    ['stay as they are', 5, 2, true],
    ['grow a little', 9, 3, true],
    ['of kick-offs grow with the exports', 500, 2, false],
    ['of status requests grow with the exports', 5, 200, false],
  ])('%s', (_title, kickOff, status, isFlat) => {
    const report = reportLatency([level(100, 5, 2), level(1000, 1, 1), level(10_000, kickOff, status)]);
    expect(report.growth).toEqual({
      present: 100,
      kickOff: { p50: kickOff / 5, p99: kickOff / 5 },
      status: { p50: status / 2, p99: status / 2 },
    });
    expect(report.isFlat).toBe(isFlat);
    expect(report.levels).toHaveLength(3);
  });

  it('cannot be told without any', () => {
    expect(() => reportLatency([])).toThrow(RangeError);
  });
});
