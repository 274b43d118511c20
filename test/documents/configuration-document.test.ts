import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { configurationDocument } from './configuration-document.js';

test('docs/configuration.md says what the services read; `npm run docs` writes it', () => {
  const file = resolve(import.meta.dirname, '../../docs/configuration.md');
  expect(readFileSync(file, 'utf8')).toBe(configurationDocument());
});
