import { expect, it } from '@jest/globals';
import { cpuSecondsIn } from './cpu-time.js';

it('the processor time of a process is read for any name of its program', () => {
  const stat =
    '4711 (a (b) c) S 1 4711 4711 0 -1 4194560 5000 0 3 0 1250 250 7 9 20 0 11 0 8900 1000000 2000';
  expect(cpuSecondsIn(stat)).toBe(15);
});
