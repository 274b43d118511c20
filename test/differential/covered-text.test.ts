import { describe, expect, test } from '@jest/globals';
import { agreed, compareColumns, linesOf } from '../harness/differential/src/testing/compare-columns.js';

const escapedTexts = [
  String.raw`"\u00e4\u65e5\u0041"`,
  String.raw`"\u00E4\u002c\u0022\u005C\u002F\/"`,
  String.raw`"\u0000\u001f\u007f\u0009\u000A\u000d\b\f"`,
  String.raw`"\ud83d\ude00, \uD83D\uDE00"`,
  String.raw`"\ud83d\ud83d\ude00\ude00 \ud83dx\ud83d\n\udfff"`,
  String.raw`"\ud83d"`,
  String.raw`"\\u0041\\\u0041"`,
];

const plainTexts = [
  '"a"',
  '""',
  '"  a b, \u00a0 "',
  '"\u00e4\u65e5b, \ud83d\ude00"',
  '"aab, aa"',
  '"\ufeff\u3000 a\u2028"',
];

function noteLine(texts: readonly string[]): Buffer {
  const notes = texts.map((text) => `{"text":${text}}`).join(',');
  return Buffer.from(`{"resourceType":"Observation","id":"a","status":"final","note":[${notes}]}`);
}

describe('the scan takes and writes as generated code does', () => {
  test('text with every kind of escape', () => {
    const lines = linesOf('valueString', escapedTexts);
    expect(compareColumns('value.ofType(string)', lines)).toEqual(agreed(lines.length));
  });

  test('lists of text with every kind of escape', () => {
    const lines = [noteLine(escapedTexts)];
    expect(compareColumns('note.text', lines, { collection: true })).toEqual(agreed(1));
    expect(compareColumns("note.text.join(', ')", lines)).toEqual(agreed(1));
    expect(compareColumns('note.text.join(status)', lines)).toEqual(agreed(1));
  });

  test.each(['+', '&'])('text that is put together by %s', (operator) => {
    const lines = linesOf('valueString', escapedTexts);
    for (const right of ["'\\u00e4\"'", 'status', 'subject.display', 'value.ofType(string)'])
      expect(compareColumns(`value.ofType(string) ${operator} ${right}`, lines)).toEqual(
        agreed(lines.length),
      );
  });

  test.each([
    'length()',
    'trim()',
    'substring(1)',
    'substring(3, 2)',
    'substring(1, 1)',
    'substring(0, 1)',
    'substring(2)',
    'substring(1, -1)',
    'substring(2, 0)',
    'substring(%two.length())',
    "startsWith('a')",
    "startsWith('\\u00e4')",
    "endsWith('😀')",
    "contains('b, ')",
    "contains('\\n')",
    "indexOf('😀')",
    "indexOf('b')",
    "indexOf('\\ude00')",
    "indexOf('\\ud83d')",
    "indexOf('')",
    'indexOf(%two)',
    "replace('a', '<\"😀>')",
    "replace('', '-')",
    "replace('b, ', '')",
    'replace(%two, %resource.subject.display)',
    'substring(%resource.value.ofType(integer))',
  ])('text after %s', (call) => {
    const lines = linesOf('valueString', [...escapedTexts, ...plainTexts]);
    const constant = [{ name: 'two', valueString: 'ab' }];
    expect(compareColumns(`value.ofType(string).${call}`, lines, { constant })).toEqual(agreed(lines.length));
  });

  test.each(['upper()', 'lower()'])('text of ASCII after %s', (call) => {
    const lines = linesOf('valueString', ['"aZ09[`{@"', String.raw`"a\n\\n\u0041"`, '""']);
    expect(compareColumns(`value.ofType(string).${call}`, lines)).toEqual(agreed(lines.length));
  });

  test.each(["= 'a/\"\\n\\u00e4'", "!= '/'", "< 'b'", '>= %emoji', "= '\\\\'"])(
    'text compared by %s',
    (comparison) => {
      const values = [...escapedTexts, ...plainTexts, String.raw`"a\/\"\n\u00E4"`, String.raw`"\u005C"`];
      const lines = linesOf('valueString', values);
      const constant = [{ name: 'emoji', valueString: '\ud83d' }];
      expect(compareColumns(`value.ofType(string) ${comparison}`, lines, { constant })).toEqual(
        agreed(lines.length),
      );
    },
  );

  test('text compared with a possible date or time, which is a string of JSON too', () => {
    const values = ['String":"10:30"', 'Time":"10:30"', 'DateTime":"2020"', 'String":""'];
    const lines = values.map((value) => Buffer.from(`{"resourceType":"Observation","value${value}}`));
    for (const path of ["value = '10:30'", "'10:30' != value", 'value = status', "component.value = '2020'"])
      expect(compareColumns(path, lines)).toEqual(agreed(lines.length));
  });

  test('keys of references with escapes', () => {
    const references = [
      String.raw`"Patient\/p1"`,
      String.raw`"http:\/\/a\/Patient\/p\"1\/_history\/2"`,
      String.raw`"\u0050atient/p\u00e4"`,
      String.raw`"Patient/p\u003f"`,
      String.raw`"Patient/\u0001"`,
    ];
    const lines = linesOf(
      'subject',
      references.map((reference) => `{"reference":${reference}}`),
    );
    expect(compareColumns('subject.getReferenceKey()', lines)).toEqual(agreed(lines.length));
    expect(compareColumns('subject.getReferenceKey(Patient)', lines)).toEqual(agreed(lines.length));
  });
});
