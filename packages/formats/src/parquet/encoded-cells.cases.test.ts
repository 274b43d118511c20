import { describe, expect, it } from '@jest/globals';
import { CELL_FALSE, CELL_NUMBER, CELL_TEXT, CELL_TRUE } from '@millrace/scan';
import { NumberText, toJsonText } from '@millrace/viewdef';
import type { Cell, ViewColumn } from '@millrace/viewdef';
import fc from 'fast-check';
import { createPartEncoder } from '../create-part-encoder.js';
import { column } from '../testing/encode.js';
import { CellBytes } from './cell-bytes.js';

/** Small row groups take little memory. */
const limits = { rowGroupRows: 1000, rowGroupBytes: 1 };

/** The cells that the scan makes of a column. */
function scanned(cells: readonly Cell[]): Uint8Array {
  const bytes = new CellBytes();
  for (const cell of cells) {
    bytes.beginRow();
    if (cell === true) bytes.appendHead(CELL_TRUE, 0);
    else if (cell === false) bytes.appendHead(CELL_FALSE, 0);
    else if (cell instanceof NumberText) bytes.appendText(CELL_NUMBER, cell.text);
    else bytes.appendText(CELL_TEXT, typeof cell === 'string' ? cell : toJsonText(cell));
    bytes.endRow();
  }
  return bytes.content;
}

/** The file in hex, which Jest compares much faster than bytes, or the reason why there is no file. */
function fileOr(write: () => Buffer): string {
  try {
    return write().toString('hex');
  } catch (error) {
    return String(error);
  }
}

function expectSame(given: Partial<ViewColumn>, cells: readonly Cell[]): void {
  const columns = [column('x', given)];
  const counts: unknown[] = [];
  const fromScan = (onMismatch?: 'null') =>
    fileOr(() => {
      const part = createPartEncoder({ format: 'parquet', header: true, onMismatch }, columns, limits);
      part.append(scanned(cells), cells.length);
      counts.push(part.mismatches);
      return Buffer.from(part.finish());
    });
  const fromRows = (onMismatch?: 'null') =>
    fileOr(() => {
      const part = createPartEncoder({ format: 'parquet', header: true, onMismatch }, columns, limits);
      for (const cell of cells) part.add([cell]);
      counts.push(part.mismatches);
      return Buffer.from(part.finish());
    });
  expect(fromScan()).toBe(fromRows());
  counts.length = 0;
  // A value that fails otherwise is null then, and counted.
  expect(fromScan('null')).toBe(fromRows('null'));
  expect(counts[0]).toEqual(counts[1]);
}

const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 20 });
const whole = digits.map((text) => text.replace(/^0+(?=\d)/, ''));
const exponent = fc.oneof(
  fc.constant(''),
  fc.integer({ min: -330, max: 310 }).map((power) => `e${power}`),
);
const numberText = fc
  .tuple(
    fc.constantFrom('', '-'),
    whole,
    fc.oneof(
      fc.constant(''),
      digits.map((text) => `.${text}`),
    ),
    exponent,
  )
  .map((parts) => new NumberText(parts.join('')));

const two = (most: number): fc.Arbitrary<string> =>
  fc.integer({ min: 0, max: most }).map((value) => String(value).padStart(2, '0'));
const instantText = fc
  .tuple(
    fc.integer({ min: 0, max: 9999 }).map((year) => String(year).padStart(4, '0')),
    fc.tuple(two(13), two(32)),
    fc.tuple(two(24), two(60), two(61)),
    fc.oneof(
      fc.constant(''),
      digits.map((text) => `.${text}`),
      fc.constant('.'),
    ),
    fc.oneof(fc.constantFrom('Z', '', 'z', '+05:30', '-11:00', '+5:30', '+0530', 'Z ')),
  )
  .map(
    ([year, [month, day], time, fraction, zone]) =>
      `${year}-${month}-${day}T${time.join(':')}${fraction}${zone}`,
  );

describe('cells of the scan become the values that cells of rows become', () => {
  it.each<[string, Partial<ViewColumn>, fc.Arbitrary<Cell>]>([
    ['decimals', { fhirType: 'decimal' }, numberText],
    [
      'integers',
      { fhirType: 'integer' },
      fc.oneof(
        fc.integer().map((value) => new NumberText(`${value}`)),
        numberText,
      ),
    ],
    [
      'integers of 64 bits',
      { fhirType: 'integer64' },
      fc.oneof(fc.bigInt(-(2n ** 64n), 2n ** 64n).map(String), numberText),
    ],
    ['instants', { fhirType: 'instant' }, fc.oneof(instantText, digits)],
    ['exact decimals', { ansiType: 'DECIMAL(12,3)' }, numberText],
    ['reals', { ansiType: 'REAL' }, numberText],
    ['dates', { ansiType: 'DATE' }, instantText.map((text) => text.slice(0, 10))],
    ['times', { ansiType: 'TIME' }, instantText.map((text) => text.slice(11, 19))],
    ['bounded text', { ansiType: 'VARCHAR(5)' }, fc.string({ unit: 'grapheme', maxLength: 7 })],
    ['booleans', { fhirType: 'boolean' }, fc.oneof(fc.boolean(), fc.constant('true'))],
    ['text', {}, fc.oneof(fc.string({ unit: 'grapheme' }), fc.boolean(), numberText)],
    ['binary values', { fhirType: 'base64Binary' }, fc.constantFrom('AP9C', 'AP9C\n', 'A', '')],
  ])('for %s', (_, given, cell) => {
    fc.assert(
      fc.property(cell, (one) => {
        expectSame(given, [one, one]);
      }),
      { numRuns: 150 },
    );
  });
});
