import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { giveBackKernel, SET_UP, takeKernel } from './kernel.js';

test('the kernel never allocates, because the host lays out its memory', () => {
  const text = readFileSync(new URL('../../dist/kernel.wat', import.meta.url), 'utf8');
  expect(text).toContain('v128');
  expect(text).not.toMatch(/__new|__alloc|memory\.grow/);
});

test('kernels are used again where they are large enough, and the memory of those that wait is limited', () => {
  const [small, large] = [takeKernel(1 << 20), takeKernel(20 << 20)];
  giveBackKernel(small);
  giveBackKernel(large);
  expect(takeKernel(10 << 20)).toBe(large);
  expect(takeKernel(1 << 20)).toBe(small);
  giveBackKernel(large);
  giveBackKernel(takeKernel(60 << 20));
  expect(takeKernel(10 << 20)).not.toBe(large);
});

test('the kernel is set up with the words that its source names, in that order', () => {
  const source = readFileSync(new URL('../../assembly/index.ts', import.meta.url), 'utf8');
  const [, parameters = ''] = /function setUp\(([^)]*)\)/.exec(source) ?? [];
  expect([...parameters.matchAll(/(\w+):/g)].map(([, name]) => name)).toEqual([...SET_UP]);
});
