import { describe, expect, test } from '@jest/globals';
import { prepareCheck } from './check-view.js';
import { FORMATS } from './tiers.js';

/** Lines of Observations, each with one of the values as the JSON text of `valueX`. */
function linesOf(element: string, values: readonly string[]): readonly Buffer[] {
  return values.map((value) =>
    Buffer.from(`{"resourceType":"Observation","id":"a","status":"final","${element}":${value}}`),
  );
}

/** How the scan and generated code differ on a column, and how many lines the scan took. */
function compare(path: string, lines: readonly Buffer[], more: object = {}): readonly string[] {
  const columns = [
    { name: 'a', path },
    { name: 'b', path: 'status' },
  ];
  return FORMATS.map((format) => {
    const view = { resource: 'Observation', ...more, select: [{ column: columns }] };
    const prepared = prepareCheck(view, 'scan,codegen', format);
    if ('refused' in prepared) return prepared.refused;
    const { difference, compared } = prepared.check(lines);
    return difference ?? `${compared} of ${lines.length}`;
  });
}

function agreed(count: number): readonly string[] {
  return FORMATS.map(() => `${count} of ${count}`);
}

const escapedTexts = [
  String.raw`"\u00e4\u65e5\u0041"`,
  String.raw`"\u00E4\u002c\u0022\u005C\u002F\/"`,
  String.raw`"\u0000\u001f\u007f\u0009\u000A\u000d\b\f"`,
  String.raw`"\ud83d\ude00, \uD83D\uDE00"`,
  String.raw`"\ud83d\ud83d\ude00\ude00 \ud83dx\ud83d\n\udfff"`,
  String.raw`"\ud83d"`,
  String.raw`"\\u0041\\\u0041"`,
];

describe('the scan takes and writes as generated code does', () => {
  test('text with every kind of escape', () => {
    const lines = linesOf('valueString', escapedTexts);
    expect(compare('value.ofType(string)', lines)).toEqual(agreed(lines.length));
  });

  test('joined text with every kind of escape', () => {
    const lines = [
      Buffer.from(
        `{"resourceType":"Observation","id":"a","status":"final","note":[${escapedTexts.map((text) => `{"text":${text}}`).join(',')}]}`,
      ),
    ];
    expect(compare("note.text.join(', ')", lines)).toEqual(agreed(1));
  });
});
