import { describe, expect, test } from '@jest/globals';
import {
  DEFAULT_PACE,
  percentDone,
  progressText,
  retryAfterSeconds,
  secondsRemaining,
  type ProgressRecord,
} from './progress.js';

function at(fields: Partial<ProgressRecord> = {}): ProgressRecord {
  return {
    acceptedAt: 0,
    startedAt: 0,
    shardsTotal: 10,
    shardsDone: 0,
    bytesTotal: 1000,
    bytesRead: 0,
    rowsWritten: 0,
    ...fields,
  };
}

/** A waiting export: the optional fields are absent, as the store leaves them. */
function waiting(): ProgressRecord {
  const { startedAt: _started, shardsTotal: _shards, ...rest } = at({ bytesTotal: 0 });
  return rest;
}

function planning(): ProgressRecord {
  return { ...waiting(), startedAt: 0 };
}

describe('progress', () => {
  test.each([
    [0, 0],
    [9, 0],
    [999, 99],
    [1000, 99],
    [2000, 99],
  ])('%i of 1000 bytes is %i%%, never 100 before the manifest', (bytesRead, percent) => {
    expect(percentDone(at({ bytesRead }))).toBe(percent);
  });

  test.each([
    ['waiting', waiting(), '0%, waiting for a worker'],
    ['planning', planning(), '0%, planning'],
    ['running', at({ bytesRead: 420, rowsWritten: 7 }), '42%, 7 rows written'],
    ['finishing', at({ bytesRead: 1000, shardsDone: 10 }), '99%, writing the manifest'],
    ['an empty source', at({ bytesTotal: 0, shardsTotal: 0 }), '0%, writing the manifest'],
  ])('%s reads as text', (_, record, text) => {
    expect(progressText(record)).toBe(text);
  });

  test('stays under 100 characters with the largest numbers', () => {
    expect(progressText(at({ rowsWritten: Number.MAX_SAFE_INTEGER })).length).toBeLessThan(100);
  });

  test('tells the rest from the speed so far', () => {
    expect(secondsRemaining(at({ bytesRead: 250 }), 10_000)).toBe(30);
    expect(secondsRemaining(at({ bytesRead: 1000 }), 10_000)).toBe(0);
  });

  test.each([
    ['nothing is read', at(), 10_000],
    ['it has just started', at({ bytesRead: 250 }), 999],
    ['it waits', waiting(), 10_000],
  ])('tells nothing while %s', (_, record, now) => {
    expect(secondsRemaining(record, now)).toBeUndefined();
  });
});

describe('Retry-After', () => {
  test.each([
    ['a fresh export', waiting(), 0, 1],
    ['one that waits for a minute', waiting(), 60_000, 6],
    ['one that waits for an hour', waiting(), 3_600_000, 30],
    ['one that is nearly done', at({ bytesRead: 990 }), 10_000, 1],
    ['one with a minute to go', at({ bytesRead: 100 }), 4_000, 18],
    ['one with hours to go', at({ bytesRead: 1 }), 60_000, 30],
    ['a clock that runs behind', waiting(), -5_000, 1],
  ])('of %s', (_, record, now, seconds) => {
    expect(retryAfterSeconds(record, now, DEFAULT_PACE)).toBe(seconds);
  });

  test('stays within the bounds that are configured', () => {
    const pace = { minSeconds: 5, maxSeconds: 120 };
    expect(retryAfterSeconds(waiting(), 0, pace)).toBe(5);
    expect(retryAfterSeconds(waiting(), 600_000, pace)).toBe(60);
    expect(retryAfterSeconds(waiting(), 3_600_000, pace)).toBe(120);
  });
});
