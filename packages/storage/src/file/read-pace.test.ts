import { describe, expect, it } from '@jest/globals';
import { createReadPace } from './read-pace.js';

const MIB = 1 << 20;

describe('the pace of reading', () => {
  it('stays direct while chunks come as fast as from memory', () => {
    const pace = createReadPace();
    for (let n = 0; n < 50; n += 1) pace.readDirectly(MIB, 0.4);
    pace.readDirectly(MIB / 4, 0.1);
    expect(pace.direct).toBe(true);
  });

  it('is ahead after a chunk that took longer, and tries memory again after some', () => {
    const pace = createReadPace();
    pace.readDirectly(MIB, 0.6);
    let chunks = 0;
    for (; !pace.direct; chunks += 1) pace.readAhead();
    expect(chunks).toBe(16);
    pace.readDirectly(MIB / 4, 0.2);
    expect(pace.direct).toBe(false);
  });
});
