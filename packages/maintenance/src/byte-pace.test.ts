import { expect, test } from '@jest/globals';
import { bytePace } from './byte-pace.js';

test('bytes take the time that they may take, and time that passed otherwise counts', async () => {
  let at = 5000;
  const waits: number[] = [];
  const pace = bytePace(1000, {
    now: () => at,
    wait: async (ms) => {
      waits.push(ms);
      at += ms;
    },
  });
  await pace(500);
  at += 300;
  await pace(400);
  at += 1000;
  await pace(100);
  expect(waits).toEqual([500, 100]);
});
