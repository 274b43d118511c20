import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { reasonOf } from './reason.js';

test('a fault of the file system is told without paths', async () => {
  const error = await readFile('/no/such/file').catch((thrown: unknown) => thrown);
  expect(reasonOf(error)).toBe('ENOENT: no such file or directory');
});

test.each([
  [new Error('the body ended at 3, not at 5'), 'the body ended at 3, not at 5'],
  [
    Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }),
    'ENOSPC: no space left on device',
  ],
  ['text', 'text'],
])('%s', (error, reason) => {
  expect(reasonOf(error)).toBe(reason);
});
