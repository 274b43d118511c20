import { describe, expect, test } from '@jest/globals';
import { messageId, messageSchema } from './message.js';

describe('a message', () => {
  test.each(['plan', 'shard-0', 'shard-99999', 'finalize'])('may ask for %s', (step) => {
    expect(messageSchema.parse({ exportId: 'e1', step })).toEqual({ exportId: 'e1', step });
  });

  test.each([
    { exportId: '', step: 'plan' },
    { exportId: 'e1', step: 'shard-01' },
    { exportId: 'e1', step: 'clean' },
    { exportId: 7, step: 'plan' },
    {},
  ])('is refused when it is %j', (message) => {
    expect(messageSchema.safeParse(message).success).toBe(false);
  });

  test('has one id for one step and round', () => {
    const step = { exportId: 'e1', step: 'shard-2' } as const;
    expect(messageId(step, 0)).toBe('e1.shard-2.0');
    expect(messageId(step, 1)).not.toBe(messageId(step, 0));
  });
});
