import { expect, test } from '@jest/globals';
import { numbersThatJsonLoses } from './json-numbers.js';
import type { LoadedColumn, LoadedFormat } from './loaded-table.js';

const TEXT = { kind: 'text' } as const;
const decimal = (precision: number) => ({ kind: 'decimal', precision, scale: 2 }) as const;

function lost(
  format: LoadedFormat,
  column: Partial<LoadedColumn>,
  { readsDecimals = false } = {},
): string | undefined {
  const whole = { name: 'price', type: TEXT, isList: false, isDecimal: true, ...column };
  const place = { folder: '.', isFolderOwn: false, files: [], strangers: [] };
  return numbersThatJsonLoses({ name: 'prices', columns: [whole], format, ...place }, { readsDecimals });
}

test('decimals that a column has as text lose digits in NDJSON, and lists of them in CSV too', () => {
  expect(lost('ndjson', {})).toContain('price of prices: export with --format csv or parquet');
  expect(lost('csv', { isList: true })).toContain('export with --format parquet');
  expect(lost('ndjson', { isList: true }, { readsDecimals: true })).toContain('parquet');
});

test('decimals of more digits than a double has lose some where the engine reads doubles', () => {
  expect(lost('ndjson', { type: decimal(16) })).toContain('csv or parquet');
  expect(lost('ndjson', { type: decimal(15) })).toBeUndefined();
  expect(lost('ndjson', { type: decimal(16) }, { readsDecimals: true })).toBeUndefined();
});

test('texts of other values, and decimals that are no JSON, keep all', () => {
  expect(lost('ndjson', { isDecimal: false })).toBeUndefined();
  expect(lost('csv', {})).toBeUndefined();
  expect(lost('csv', { type: decimal(38) })).toBeUndefined();
  expect(lost('parquet', { isList: true })).toBeUndefined();
});
