import { expect, test } from '@jest/globals';
import { checkRedisUrl } from './check-redis-url.js';

test('an address where nothing answers is reported without its password', async () => {
  const unreachable = checkRedisUrl('redis://:secret@127.0.0.1:1', 0);
  await expect(unreachable).rejects.toThrow('No Redis answers at redis://***@127.0.0.1:1');
  await expect(unreachable).rejects.not.toThrow(/secret/);
});
