import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';

const ROOT = resolve(import.meta.dirname, '../..');
const text = readFileSync(resolve(ROOT, 'docs/failure-modes.md'), 'utf8');
const scripts = (
  JSON.parse(readFileSync(resolve(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> }
).scripts;

/** What each row says, and what its last column names. */
const rows = text
  .split('\n')
  .filter((line) => line.startsWith('|') && !line.includes('| Proof') && !/^\|[\s-]+\|/.test(line))
  .map((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    return [
      cells[1] ?? '',
      [...(cells.at(-2) ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
    ] as const;
  });

/** A test, a story that several implementations are held to, or a command. */
const isProof = (name: string): boolean =>
  name.startsWith('npm run ')
    ? (name.slice('npm run '.length).split(' ')[0] ?? '') in scripts
    : /(\.test|\.failover|-stories|\/describe-[\w-]+)\.ts$/.test(name) && existsSync(resolve(ROOT, name));

test('the document has rows', () => {
  expect(rows.length).toBeGreaterThan(40);
});

test.each(rows)('%s: the proof is a test that exists', (_, proofs) => {
  expect(proofs).not.toEqual([]);
  expect(proofs.filter((name) => !isProof(name))).toEqual([]);
});
