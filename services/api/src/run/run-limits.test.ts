import { expect, test } from '@jest/globals';
import { runLimitsOf } from './run-limits.js';

const usual = { rows: 100, bytes: 1000, timeoutMs: 5000 };

test('the runs of a tenant have its own limits where they are less than those of all', () => {
  expect(runLimitsOf(usual, {})).toEqual(usual);
  expect(runLimitsOf(usual, { runRows: 10, runBytes: 20, runSeconds: 0.5 })).toEqual({
    rows: 10,
    bytes: 20,
    timeoutMs: 500,
  });
  expect(runLimitsOf(usual, { gzipRatio: 7 })).toEqual({ ...usual, gzipRatio: 7 });
  expect(runLimitsOf(usual, { runRows: 101, runBytes: 2000, runSeconds: 60 })).toEqual(usual);
});
