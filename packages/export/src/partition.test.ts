import { describe, expect, test } from '@jest/globals';
import { partitionPath, withoutPath } from './partition.js';

describe('the path of a partition', () => {
  test.each([
    ['male', 'c=male'],
    ['a b/c', 'c=a%20b%2Fc'],
    ['..', 'c=..'],
    ['5%', 'c=5%25'],
    ["!'()*~", 'c=%21%27%28%29%2A%7E'],
    ['Zoë 😀', 'c=Zo%C3%AB%20%F0%9F%98%80'],
    [null, 'c=__HIVE_DEFAULT_PARTITION__'],
  ])('of %j is %s, from which the value can be read', (value, path) => {
    expect(partitionPath('c', value)).toBe(path);
    if (value !== null) expect(decodeURIComponent(path.slice(2))).toBe(value);
  });

  test.each([
    ['', 'an empty text'],
    ['__HIVE_DEFAULT_PARTITION__', 'the text that stands for null in paths'],
    ['\ud800', 'a text that is no Unicode'],
    ['x'.repeat(239), 'a text that makes a path of more than 240 bytes'],
    ['é'.repeat(40), 'a text that makes a path of more than 240 bytes'],
  ])('cannot be that of %j', (value, why) => {
    expect(withoutPath('c', value)).toBe(why);
  });

  test('has up to 240 bytes', () => {
    expect(withoutPath('c', 'x'.repeat(238))).toBeUndefined();
  });
});
