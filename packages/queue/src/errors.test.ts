import { expect, test } from '@jest/globals';
import { DeliveryLostError, nameLostDelivery } from './errors.js';

test.each([
  'could not renew lock for job e.shard-1.0',
  'Missing lock for job e.shard-1.0. moveToFinished',
  'Missing key for job e.shard-1.0. moveToFinished',
  'Lock mismatch for job e.shard-1.0. Cmd moveToFinished from active',
  'Job e.shard-1.0 is not in the active state. moveToFinished',
])('"%s" is told as the loss of a message, with its id', (message) => {
  const named = nameLostDelivery(new Error(message));
  expect(named).toBeInstanceOf(DeliveryLostError);
  expect(named.message).toContain(message);
});

test('any other error stays as it is', () => {
  const error = new Error('could not read Jane Doe');
  expect(nameLostDelivery(error)).toBe(error);
});
