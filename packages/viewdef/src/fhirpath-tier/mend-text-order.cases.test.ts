import { expect, test } from '@jest/globals';
import type { Cell } from '../cell.js';
import { compileView } from '../compile-view.js';
import { compareText } from '../values/text.js';

/** The cells of the only row, by fhirpath.js, of an Observation with these notes. */
function evaluate(paths: readonly string[], texts: readonly string[]): readonly Cell[] {
  const column = paths.map((path, at) => ({ name: `c${at}`, path, collection: true }));
  const view = compileView({ resource: 'Observation', select: [{ column }] }, { engine: 'fhirpath' });
  const rows: Cell[][] = [];
  const note = texts.map((text) => ({ text }));
  view.evaluate({ resourceType: 'Observation', note }, (row) => rows.push([...row]));
  return rows[0] ?? [];
}

const texts = [
  'a',
  'z',
  'é',
  '\u{d7ff}',
  '\u{e000}',
  '\ufffd',
  '\uffff',
  '😀',
  '😀a',
  '\u{10ffff}',
  'a😀',
  'a\uffff',
];

test('text is ordered by characters, of which some have two UTF-16 units', () => {
  const inOrder = [...texts].sort(compareText);
  expect(evaluate(['note.text.sort()', 'note.sort(text).text', 'note.text.sort($this desc)'], texts)).toEqual(
    [inOrder, inOrder, [...inOrder].reverse()],
  );
  expect(evaluate(['note.text.min()', 'note.text.max()'], texts)).toEqual([
    inOrder.slice(0, 1),
    inOrder.slice(-1),
  ]);
});

test('two texts have that order by every operator', () => {
  const [one, other] = ['(note[0].text | {})', 'note[1].text'];
  const paths = ['<', '>', '<=', '>='].map((operator) => `${one} ${operator} ${other}`);
  for (const left of texts) {
    for (const right of texts) {
      if (left === right) continue;
      const isLess = compareText(left, right) < 0;
      expect(evaluate(paths, [left, right])).toEqual([[isLess], [!isLess], [isLess], [!isLess]]);
    }
  }
});
