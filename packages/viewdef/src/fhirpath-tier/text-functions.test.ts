import { describe, expect, test } from '@jest/globals';
import { evaluateOnFhirpath } from '../testing/evaluate-on-fhirpath.js';

describe('fhirpath.js', () => {
  test('replaces text by text with any characters', () => {
    expect(evaluateOnFhirpath("status.replace('i', '$&')", { status: 'final' })).toEqual(['f$&nal']);
    expect(evaluateOnFhirpath("status.replace({}, 'a')", { status: 'final' })).toEqual([]);
    expect(evaluateOnFhirpath("issued.replace('T', ' ')", { issued: '2020-01-01T00:00:00Z' })).toEqual([
      '2020-01-01 00:00:00Z',
    ]);
    expect(evaluateOnFhirpath("note.text.replace('', '-')", {})).toEqual([]);
    expect(() =>
      evaluateOnFhirpath("category.text.replace('a', 'b')", { category: [{ text: 'a' }, { text: 'b' }] }),
    ).toThrow('several values');
  });

  test.each([
    ["'abcdefg'.substring(3, -1)", ['']],
    ["'abcdefg'.substring(3, 0)", ['']],
    ["'abcdefg'.substring(-1, -1)", []],
    ["'abcdefg'.substring(6, 2)", ['g']],
    ["'abcdefg'.substring(3, {})", ['defg']],
    ["'abcdefg'.substring({})", []],
    ["'𠮷田'.substring(0, 1)", ['𠮷']],
    ["'a🔥b'.length()", [3]],
    ["'a🔥b'.indexOf('b')", [2]],
    ["'a🔥b'.lastIndexOf('b')", [2]],
    ["'a'.lastIndexOf('b')", [-1]],
    ["'a'.lastIndexOf({})", []],
    ["'a🔥b'.toChars()", ['a', '🔥', 'b']],
    ["''.toChars()", []],
    ["'a🔥b'.split('')", ['a', '🔥', 'b']],
    ["'a,,b'.split(',')", ['a', '', 'b']],
    ["'a'.split({})", []],
  ])('counts characters of text, and not UTF-16 units: %s', (path, expected) => {
    expect(evaluateOnFhirpath(path)).toEqual(expected);
  });

  test.each([
    [
      `'11/30/1972'.replaceMatches('(?<month>[0-9]+)/(?<day>[0-9]+)/(?<year>[0-9]+)', '\${day}-\${month}-\${year}')`,
      '30-11-1972',
    ],
    ["'abc'.replaceMatches('(b)', '${1}1$1')", 'ab1bc'],
    ["'abc'.replaceMatches('b', '<$0>')", 'a<b>c'],
    ["'abc'.replaceMatches('b', '$$')", 'a$c'],
    ["'abc'.replaceMatches('(?<x>b)', '${y}')", 'a${y}c'],
    [`'aaabaa'.replaceMatches('aa', '"aa"')`, '"aa"ab"aa"'],
  ])('puts what groups matched into a substitution: %s', (path, expected) => {
    expect(evaluateOnFhirpath(path)).toEqual([expected]);
  });

  test.each([
    ['hex', 'é\n', 'c3a90a'],
    ['base64', 'é€', 'w6nigqw='],
    ['urlbase64', 'subjects?_d', 'c3ViamVjdHM_X2Q='],
    ['urlbase64', 'ÿ🔥', 'w7_wn5Sl'],
  ])('encodes the UTF-8 of text, and decodes it: %s of %j', (format, text, encoded) => {
    const resource = { status: text, valueString: encoded };
    expect(evaluateOnFhirpath(`status.encode('${format}')`, resource)).toEqual([encoded]);
    expect(evaluateOnFhirpath(`value.decode('${format}')`, resource)).toEqual([text]);
  });

  test.each([
    ['base64', '/9j/4A=='],
    ['base64', 'a'],
    ['hex', 'fffe'],
    ['hex', 'a'],
    ['hex', 'zz'],
  ])('makes no text of other values: %s of %j', (format, valueString) => {
    expect(() => evaluateOnFhirpath(`value.decode('${format}')`, { valueString })).toThrow(
      'bytes that are not UTF-8',
    );
  });

  test('has no text in a format that does not exist', () => {
    expect(evaluateOnFhirpath("status.encode('rot13')", { status: 'final' })).toEqual([]);
    expect(evaluateOnFhirpath("status.decode('rot13')", { status: 'final' })).toEqual([]);
    expect(evaluateOnFhirpath('status.encode({})', { status: 'final' })).toEqual([]);
  });
});
