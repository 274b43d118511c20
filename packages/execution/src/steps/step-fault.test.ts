import { describe, expect, test } from '@jest/globals';
import { KernelFaultError } from '@millrace/formats';
import {
  CorruptInputError,
  InputChangedError,
  SourceUnavailableError,
  StoreUnavailableError,
  UploadLostError,
} from '@millrace/storage';
import { stepFault } from './step-fault.js';

const trap = new Error('unreachable');
const fault = new KernelFaultError('adding 9 bytes of cells to a row group of 1 rows and 1 columns', trap);

describe('a missing dependency', () => {
  const cause = new Error('EIO: i/o error');
  test.each([
    [new StoreUnavailableError('write', 'k', 'ENOSPC', { cause }), 'store'],
    [new UploadLostError('k', 'u'), 'store'],
    [new SourceUnavailableError('default', 'EIO', { cause }), 'source'],
    [new Error('Command timed out'), 'redis'],
  ])('%s is waited for', (error, away) => {
    expect(stepFault(error)).toMatchObject({ away, retryable: true, failure: { status: 500 } });
  });

  test.each([
    [new InputChangedError('k', '1', '2'), false],
    [new CorruptInputError('k', 'no gzip'), false],
    [new SourceUnavailableError('default', 'it has both k and k.gz'), true],
    [new Error('something else'), true],
  ])('%s is not', (error, retryable) => {
    const fault = stepFault(error);
    expect(fault.away).toBeUndefined();
    expect(fault.retryable).toBe(retryable);
  });
});

describe('a fault of the kernel that writes Parquet', () => {
  test('is final, says what failed, and leaves the trap to the log', () => {
    const { failure, retryable, cause } = stepFault(fault);
    expect(retryable).toBe(false);
    expect(failure).toEqual({ status: 500, code: 'exception', diagnostics: fault.message });
    expect(failure.diagnostics).toContain('failed while adding 9 bytes of cells');
    expect(cause).toMatchObject({ type: 'KernelFaultError', cause: { type: 'Error' } });
  });
});
