import { expect, test } from '@jest/globals';
import { checkOutput } from './output-limits.js';
import { stepFault } from './step-fault.js';

const NONE = { rows: 0, bytes: 0 };

function codeOf(rowsWritten: number, bytesWritten: number, limits: typeof NONE): string | undefined {
  try {
    checkOutput({ rowsWritten, bytesWritten }, limits);
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

test('a limit of 0 means no limit', () => {
  expect(codeOf(1e15, 1e15, NONE)).toBeUndefined();
});
