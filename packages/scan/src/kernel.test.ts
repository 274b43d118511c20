import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { SET_UP } from './kernel.js';

test('the kernel is set up with the words that its source names, in that order', () => {
  const source = readFileSync(new URL('../assembly/index.ts', import.meta.url), 'utf8');
  const [, parameters = ''] = /function setUp\(([^)]*)\)/.exec(source) ?? [];
  expect([...parameters.matchAll(/(\w+):/g)].map(([, name]) => name)).toEqual([...SET_UP]);
});
