import { expect, test } from '@jest/globals';
import { checkOutput, outputLimitsOf } from './output-limits.js';
import { stepFault } from './step-fault.js';

const NONE = { rows: 0, bytes: 0, files: 0 };

function codeOf(
  rowsWritten: number,
  bytesWritten: number,
  limits: Partial<typeof NONE>,
  filesWritten?: number,
): string | undefined {
  try {
    checkOutput(
      { rowsWritten, bytesWritten, ...(filesWritten === undefined ? {} : { filesWritten }) },
      { ...NONE, ...limits },
    );
    return undefined;
  } catch (error) {
    const { failure, retryable } = stepFault(error);
    expect(retryable).toBe(false);
    return failure.code;
  }
}

test('an export may write as much as its limits say, and fails for good beyond', () => {
  expect(codeOf(100, 5000, { rows: 100, bytes: 5000 })).toBeUndefined();
  expect(codeOf(101, 5000, { rows: 100, bytes: 5000 })).toBe('too-costly');
  expect(codeOf(100, 5001, { rows: 100, bytes: 5000 })).toBe('too-costly');
});

test('an export may have its limit of files, and fails for good with one more', () => {
  expect(codeOf(1, 1, { files: 2 }, 2)).toBeUndefined();
  expect(codeOf(1, 1, { files: 2 }, 3)).toBe('too-costly');
  expect(codeOf(1, 1, { files: 2 })).toBeUndefined();
});

test('the limits of a tenant count where they are less than those of the worker', () => {
  const usual = { rows: 100, bytes: 0, files: 5 };
  expect(outputLimitsOf(usual, {})).toEqual(usual);
  expect(outputLimitsOf(usual, { limits: { rows: 10, bytes: 20, files: 9 } })).toEqual({
    rows: 10,
    bytes: 20,
    files: 5,
  });
});

test('a limit of 0 means no limit', () => {
  expect(codeOf(1e15, 1e15, NONE, 1e15)).toBeUndefined();
});
