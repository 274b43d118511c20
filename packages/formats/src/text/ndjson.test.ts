import { describe, expect, it } from '@jest/globals';
import { NumberText } from '@millrace/viewdef';
import type { Cell } from '@millrace/viewdef';
import fc from 'fast-check';
import { columnsNamed, encode } from '../testing/encode.js';

function ndjson(names: string[], rows: Cell[][]): string {
  return encode({ format: 'ndjson' }, columnsNamed(...names), rows).toString();
}

describe('NDJSON', () => {
  it('is one object a line with every column in order, null included', () => {
    expect(
      ndjson(
        ['b', 'a'],
        [
          ['x', null],
          [1, true],
        ],
      ),
    ).toBe('{"b":"x","a":null}\n{"b":1,"a":true}\n');
  });

  it('is zero bytes without rows', () => {
    expect(ndjson(['a'], [])).toBe('');
  });

  it.each<[string, Cell, string]>([
    ['a quote', 'say "hi"', '"say \\"hi\\""'],
    ['a backslash', 'a\\b', '"a\\\\b"'],
    ['a line feed', 'a\nb', '"a\\nb"'],
    ['a control character', '\u0001', '"\\u0001"'],
    ['letters beyond ASCII', 'Zoë 李 😀', '"Zoë 李 😀"'],
    ['the line separator of Unicode', 'a\u2028b', '"a\u2028b"'],
    ['a lone surrogate', 'a\ud800b', '"a\\ud800b"'],
    ['a number with its text', new NumberText('1.10'), '1.10'],
    ['20 digits', new NumberText('12345678901234567890'), '12345678901234567890'],
    ['a list', ['a', new NumberText('1e3'), null, []], '["a",1e3,null,[]]'],
    ['an object', { a: { b: [new NumberText('0.10')] } }, '{"a":{"b":[0.10]}}'],
  ])('writes %s', (_, cell, json) => {
    expect(ndjson(['x'], [[cell]])).toBe(`{"x":${json}}\n`);
  });

  it('escapes column names', () => {
    expect(ndjson(['a"b'], [[1]])).toBe('{"a\\"b":1}\n');
  });

  it('is the same as JSON.stringify of values from JSON.parse', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.jsonValue(), fc.jsonValue())), (pairs) => {
        const rows = JSON.parse(JSON.stringify(pairs)) as Cell[][];
        const lines = rows.map(([a, b]) => `${JSON.stringify({ a, b })}\n`);
        expect(ndjson(['a', 'b'], rows)).toBe(lines.join(''));
      }),
    );
  });
});
