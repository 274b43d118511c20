import { describe, expect, test } from '@jest/globals';
import { rowCounter } from './row-counter.js';

function count(format: string, header: boolean, ...chunks: string[]): number | undefined {
  const counter = rowCounter(format, header);
  for (const chunk of chunks) counter?.add(Buffer.from(chunk));
  return counter?.rows();
}

describe('rows of a downloaded file', () => {
  test('are lines in NDJSON', () => {
    expect(count('ndjson', true, '{"a":"\\"', '"}\n{}\n')).toBe(2);
  });

  test('are records in CSV, also when a quoted field holds a line feed or a doubled quote', () => {
    expect(count('csv', true, 'a,b\n1,"x\n"', '"y\n"\n2,é\n')).toBe(2);
    expect(count('csv', false, '1,2\n')).toBe(1);
    expect(count('csv', true, 'a,b\n')).toBe(0);
  });

  test('are not counted where the file would have to be parsed', () => {
    expect(count('parquet', true, 'PAR1')).toBeUndefined();
  });
});
