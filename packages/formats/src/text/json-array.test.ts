import { describe, expect, it } from '@jest/globals';
import { NumberText } from '@millrace/viewdef';
import { columnsNamed, encode } from '../testing/encode.js';

describe('JSON', () => {
  it('is one array of all rows', () => {
    const text = encode({ format: 'json' }, columnsNamed('a'), [
      [1],
      ['x'],
      [new NumberText('1.10')],
    ]).toString();
    expect(text).toBe('[{"a":1},\n{"a":"x"},\n{"a":1.10}]');
    expect(JSON.parse(text)).toEqual([{ a: 1 }, { a: 'x' }, { a: 1.1 }]);
  });

  it('is an empty array without rows', () => {
    expect(encode({ format: 'json' }, columnsNamed('a'), []).toString()).toBe('[]');
  });
});
