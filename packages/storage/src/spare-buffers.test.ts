import { expect, it } from '@jest/globals';
import { createSpareBuffers } from './spare-buffers.js';

it('a buffer that was given back is used next, and the number that is kept is limited', () => {
  const buffers = createSpareBuffers(8, 1);
  const [first, second] = [buffers.take(), buffers.take()];
  expect([first.length, second.length]).toEqual([8, 8]);
  expect(first).not.toBe(second);
  buffers.give(first);
  buffers.give(second);
  expect(buffers.take()).toBe(first);
  expect(buffers.take()).not.toBe(second);
});

it('a buffer of another size is not taken for one of these', () => {
  const buffers = createSpareBuffers(8, 1);
  buffers.give(Buffer.alloc(4));
  expect(buffers.take()).toHaveLength(8);
});
