import { expect, test } from '@jest/globals';
import { ExportTooLongError, runTimeOf, watchRunTime } from './run-time.js';
import { stepFault } from './step-fault.js';

test('the time of a tenant counts where it is less than that of the worker', () => {
  expect(runTimeOf(0, {})).toBe(0);
  expect(runTimeOf(5000, {})).toBe(5000);
  expect(runTimeOf(0, { limits: { seconds: 2 } })).toBe(2000);
  expect(runTimeOf(5000, { limits: { seconds: 2 } })).toBe(2000);
  expect(runTimeOf(5000, { limits: { seconds: 9 } })).toBe(5000);
});

test('an export whose time is up fails for good, and says how long it may run', () => {
  const { failure, retryable } = stepFault(new ExportTooLongError(2000));
  expect({ failure, retryable }).toEqual({
    failure: {
      status: 422,
      code: 'too-costly',
      diagnostics: 'the export has run for 2 s, which is the most that one export may; ask for less of it',
    },
    retryable: false,
  });
});

test('a step that begins when the time of its export is up is told at once, and others when it is', async () => {
  const told: number[] = [];
  using _late = watchRunTime(2000, 2000, () => told.push(0));
  expect(told).toEqual([0]);
  using _unlimited = watchRunTime(1e15, 0, () => told.push(1));
  await new Promise<void>((resolve) => {
    using _left = watchRunTime(1999, 2000, () => told.push(2));
    watchRunTime(1990, 2000, () => resolve());
  });
  expect(told).toEqual([0]);
});

test('a time that no timer reaches is awaited by later steps', () => {
  using _far = watchRunTime(0, 2 ** 40, () => {
    throw new Error('told too early');
  });
});
