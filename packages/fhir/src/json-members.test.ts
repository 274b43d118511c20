import { describe, expect, test } from '@jest/globals';
import { jsonItems, jsonMembers } from './json-members.js';

function valuesOf(text: string): readonly (readonly [string, string])[] {
  return jsonMembers(text).map(({ name, from, to }) => [name, text.slice(from, to)]);
}

describe('the places of values in a JSON text', () => {
  test.each([
    ['{}', []],
    ['[1]', []],
    ['{"a":1.50}', [['a', '1.50']]],
    [
      ' { "a" : [ {"b":"]}"} , 2 ] , "c\\"d" : "\\\\" , "e":null } ',
      [
        ['a', '[ {"b":"]}"} , 2 ]'],
        ['c"d', '"\\\\"'],
        ['e', 'null'],
      ],
    ],
    [
      '{"__proto__":{"x":1},"1":true}',
      [
        ['__proto__', '{"x":1}'],
        ['1', 'true'],
      ],
    ],
  ])('of %j', (text, expected) => {
    expect(valuesOf(text)).toEqual(expected);
  });

  test('are those of the entries of a list', () => {
    const text = '[ {"a":[1,2]}, "b,]" ,3]';
    expect([...jsonItems(text, 0)].map(({ from, to }) => text.slice(from, to))).toEqual([
      '{"a":[1,2]}',
      '"b,]"',
      '3',
    ]);
    expect([...jsonItems('[ ]', 0)]).toEqual([]);
  });
});
