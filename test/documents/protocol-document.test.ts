import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { clientDeclarations } from './client-declarations.js';
import { protocolDocument } from './protocol-document.js';

test('docs/protocol.md says what the operations take and answer; `npm run docs` writes it', () => {
  const file = resolve(import.meta.dirname, '../../docs/protocol.md');
  expect(readFileSync(file, 'utf8')).toBe(protocolDocument());
});

test('the client is typed by the declarations of the server; `npm run docs` writes them', () => {
  const file = resolve(import.meta.dirname, '../../packages/client/src/declared.ts');
  expect(readFileSync(file, 'utf8')).toBe(clientDeclarations());
});
