import { expect, jest, test } from '@jest/globals';
import { finding } from './finding.js';

test('a check that passes is ok, whatever it gives', async () => {
  expect(await finding(Promise.resolve(undefined))).toBe('ok');
});

test('a check that fails is told with its reason', async () => {
  expect(await finding(Promise.reject(new Error('connection refused')))).toBe('connection refused');
  // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- libraries do it
  expect(await finding(Promise.reject('text'))).toBe('text');
});

test('a check that does not end is not waited for', async () => {
  jest.useFakeTimers();
  try {
    const found = finding(new Promise(() => undefined));
    await jest.advanceTimersByTimeAsync(2_000);
    expect(await found).toBe('no answer within 2000 ms');
  } finally {
    jest.useRealTimers();
  }
});
