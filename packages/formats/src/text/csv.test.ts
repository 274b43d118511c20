import { describe, expect, it } from '@jest/globals';
import { NumberText } from '@millrace/viewdef';
import type { Cell } from '@millrace/viewdef';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { columnsNamed, encode } from '../testing/encode.js';

function csv(names: string[], rows: Cell[][], header = true): string {
  return encode({ format: 'csv', header }, columnsNamed(...names), rows).toString();
}

describe('CSV', () => {
  it('starts with the column names and ends every line with \\n', () => {
    expect(csv(['id', 'code'], [['a', 'b']])).toBe('id,code\na,b\n');
  });

  it('puts an apostrophe in front of texts that look like formulas, if told so', () => {
    const cells: Cell[] = ['=1+1', '+a', '-1', '@x', '\tx', 'a=1', '', new NumberText('-1.50'), -2, null];
    const options = { format: 'csv', header: false, formulas: 'text' } as const;
    const text = encode(options, columnsNamed(...cells.map((_, at) => `c${at}`)), [cells]).toString();
    expect(text).toBe("'=1+1,'+a,'-1,'@x,'\tx,a=1,,-1.50,-2,\n");
    expect(encode(options, columnsNamed('c'), [['=a,b']]).toString()).toBe(`"'=a,b"\n`);
    expect(csv(['c'], [['=1']], false)).toBe('=1\n');
  });

  it('has no header when none is asked for', () => {
    expect(csv(['id', 'code'], [['a', 'b']], false)).toBe('a,b\n');
  });

  it('is the header alone without rows, and nothing without header', () => {
    expect(csv(['id', 'code'], [])).toBe('id,code\n');
    expect(csv(['id', 'code'], [], false)).toBe('');
  });

  it.each<[string, Cell, string]>([
    ['a comma', 'a,b', '"a,b"'],
    ['a quote', 'say "hi"', '"say ""hi"""'],
    ['a line feed', 'a\nb', '"a\nb"'],
    ['a carriage return', 'a\rb', '"a\rb"'],
    ['spaces around', ' a ', ' a '],
    ['letters beyond ASCII', 'Zoë 李 😀', 'Zoë 李 😀'],
    ['a lone surrogate', 'a\ud800b', 'a\ufffdb'],
    ['null', null, ''],
    ['a boolean', false, 'false'],
    ['a number', -12.5, '-12.5'],
    ['a number with its text', new NumberText('1.10'), '1.10'],
    ['20 digits', new NumberText('12345678901234567890'), '12345678901234567890'],
    ['a list', ['a', new NumberText('1e3'), null], '"[""a"",1e3,null]"'],
    ['an object', { a: { b: [1, true] } }, '"{""a"":{""b"":[1,true]}}"'],
  ])('writes %s', (_, cell, field) => {
    expect(csv(['x', 'y'], [[cell, 1]], false)).toBe(`${field},1\n`);
  });

  it('quotes an empty only column, because readers skip empty lines', () => {
    expect(csv(['x'], [[null], ['a'], [null]], false)).toBe('""\na\n""\n');
  });

  it('quotes column names as needed', () => {
    expect(csv(['a,b', 'c"d'], [])).toBe('"a,b","c""d"\n');
  });

  it('is read back as it was written, for any text', () => {
    const text = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(fc.array(fc.tuple(text, fc.option(text), text)), (rows) => {
        const read: string[][] = parse(csv(['a', 'b', 'c'], rows), { record_delimiter: '\n' });
        expect(read).toEqual([['a', 'b', 'c'], ...rows.map((row) => row.map((cell) => cell ?? ''))]);
      }),
    );
  });
});
