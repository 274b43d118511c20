import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';

const ROOT = resolve(import.meta.dirname, '../..');

const documents = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(resolve(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** Paths from the root of the repository; patterns and placeholders are not paths. */
function filesNamedIn(document: string): string[] {
  const text = readFileSync(resolve(ROOT, document), 'utf8');
  const files = [...text.matchAll(/`((?:packages|services|test|scripts|deploy|docs)\/[\w./-]+)`/g)];
  const pictures = [...text.matchAll(/!\[[^\]]*\]\((images\/[\w.-]+)\)/g)];
  return [
    ...files.map(([, path = '']) => path),
    ...pictures.map(([, path = '']) => join(dirname(document), path)),
  ];
}

test('documents name files', () => {
  expect(documents.flatMap(filesNamedIn).length).toBeGreaterThan(50);
});

test.each(documents)('%s: the files that it names exist', (document) => {
  expect(filesNamedIn(document).filter((path) => !existsSync(resolve(ROOT, path)))).toEqual([]);
});

test.each(documents)('%s has nothing that an unfinished merge left', (document) => {
  const text = readFileSync(resolve(ROOT, document), 'utf8');
  // Formatting turns the marks of a merge into headings, rows and quotations.
  expect(text.match(/^(?:<{7}|\|? ?={7}|(?:> ?){7}).*/gm)).toBeNull();
});
