import { describe, expect, it } from '@jest/globals';
import { reportResume } from './resume-report.js';

const reading = (bytesRead: number, rows = 'aa') => ({
  seconds: 10,
  bytesRead,
  hashes: new Map([['patients', rows]]),
});
const killed = (bytesRead: number, rows = 'aa') => ({
  ...reading(bytesRead, rows),
  kills: 3,
  shardStarts: 20,
  skippedBytes: 0,
});

describe('an export whose workers were killed', () => {
  it.each([
    [1084, 84, 0.084, true],
    [1100, 100, 0.1, true],
    [1130, 130, 0.13, false],
  ])('and that read %d bytes of 1000 is judged by the share', (read, again, share, withinLimit) => {
    expect(reportResume({ storedBytes: 1000, gzip: false }, reading(1000), killed(read))).toMatchObject({
      killed: {
        kills: 3,
        bytesRead: read,
        bytesReadAgain: again,
        share,
        bytesReadAgainPerKill: Math.round(again / 3),
      },
      withinLimit,
      sameRows: true,
    });
  });

  it('is not judged by the share when its input is gzip', () => {
    const report = reportResume({ storedBytes: 1000, gzip: true }, reading(1000), killed(1500));
    expect(report.killed.share).toBe(0.5);
    expect(report.withinLimit).toBeUndefined();
  });

  it.each([
    ['other rows', new Map([['patients', 'bb']])],
    ['an output less', new Map<string, string>()],
    ['another output', new Map([['encounters', 'aa']])],
  ])('is found out when it has %s', (_title, hashes) => {
    const other = { ...killed(1000), hashes };
    expect(reportResume({ storedBytes: 1000, gzip: false }, reading(1000), other).sameRows).toBe(false);
  });
});
