import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

test('the kernel never allocates, because the host lays out its memory', () => {
  const text = readFileSync(new URL('../../dist/kernel.wat', import.meta.url), 'utf8');
  expect(text).toContain('v128');
  expect(text).not.toMatch(/__new|__alloc|memory\.grow/);
});
