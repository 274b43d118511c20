import { expect, test } from '@jest/globals';
import { retryDelayMs, stepProcessor } from './step-processor.js';

test('the processor declares the three parameters without which BullMQ gives no signal', () => {
  const processor = stepProcessor(
    () => Promise.resolve({ kind: 'done' }),
    () => undefined,
  );
  expect(processor).toHaveLength(3);
});

test('the wait before a retry doubles up to half a minute', () => {
  expect([1, 2, 3, 7, 1_000_000].map(retryDelayMs)).toEqual([500, 1_000, 2_000, 30_000, 30_000]);
});
