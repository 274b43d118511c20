import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { idsIn, matrixOf, matrixText } from './matrix.js';
import { ABSENT, hasStatements, readStatements } from './statements.js';

/** Titles in the files of this folder; those of tables are strings at the start of a row, or its `title`. */
const titles = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.ts') && !name.startsWith('matrix'))
  .flatMap((name) => {
    const text = readFileSync(join(import.meta.dirname, name), 'utf8');
    return [
      ...text.matchAll(/(?:\[|title: |test\(|test\.each\([^;]*?\)\()\s*'([^']*\[[a-z][^'\]]*\][^']*)'/g),
    ].map(([, title = '']) => title);
  });

(hasStatements ? describe : describe.skip)('the statements of the specification', () => {
  const statements = hasStatements ? readStatements() : [];
  const tested = new Set(titles.flatMap(idsIn));

  test('are each tested here, or have a reason why not', () => {
    const open = statements.filter(({ id }) => !tested.has(id) && ABSENT[id] === undefined);
    expect(statements.length).toBeGreaterThan(100);
    expect(open).toEqual([]);
  });

  test('have no reason where they have a test', () => {
    expect(Object.keys(ABSENT).filter((id) => tested.has(id))).toEqual([]);
  });

  test('are all that tests and reasons name', () => {
    const known = new Set(statements.map(({ id }) => id));
    expect([...tested, ...Object.keys(ABSENT)].filter((id) => !known.has(id))).toEqual([]);
  });
});

test('the matrix tells of a statement what tests it, whether they passed, or why it has none', () => {
  const statements = [
    { id: 'com-4', text: 'the server SHALL use ndjson' },
    { id: 'exp-30', text: 'Clients SHALL download all parts' },
    { id: 'exp-99', text: 'nobody knows' },
  ];
  const results = [
    { title: '[com-3 com-4] ndjson', passed: true },
    { title: '[com-4] also without Accept', passed: false },
    { title: 'a title without an id [0-9]', passed: false },
  ];
  expect(matrixText(matrixOf(statements, results))).toBe(
    [
      'com-4              SHALL  FAILED (1) ← [com-3 com-4] ndjson | [com-4] also without Accept',
      'exp-30             SHALL  not-ours: it binds clients',
      'exp-99             MAY    NO TEST',
      '',
      '3 statements: 1 tested here, 1 of them failing; 0 pending',
      '',
    ].join('\n'),
  );
});
