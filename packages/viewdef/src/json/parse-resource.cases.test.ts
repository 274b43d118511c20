import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { NumberText } from '../cell.js';
import { JsonSyntaxError } from '../errors.js';
import { toJsonText } from './json-text.js';
import { createResourceParser, parseResource } from './parse-resource.js';
import type { NumberKeys } from './parse-resource.js';

const changing = [
  '1.10',
  '1e3',
  '1E+2',
  '-0',
  '12345678901234567890',
  '0.0000001',
  '-1.0',
  '0.30000000000000000001',
];
const unchanged = ['0', '1', '-1', '1.1', '0.5', '181.2', '1e+21', '42.58594299999999', '123456789012345'];

describe('parseResource', () => {
  test.each(changing)('keeps the text of %s', (number) => {
    expect(parseResource(`{"value":${number}}`, true)).toEqual({ value: new NumberText(number) });
    expect(parseResource(`{ "list" : [ 1, ${number} ] }`, true)).toEqual({
      list: [1, new NumberText(number)],
    });
    expect(parseResource(number, true)).toEqual(new NumberText(number));
  });

  test.each(unchanged)('gives %s as a plain number', (number) => {
    expect(parseResource(`{"value":${number}}`, true)).toEqual({ value: Number(number) });
  });

  test('loses the text when it is not asked to keep it', () => {
    expect(parseResource('{"value":1.10}', false)).toEqual({ value: 1.1 });
  });

  test('prints every number as it was written', () => {
    const digits = fc.stringMatching(/^(0|[1-9]\d{0,24})$/);
    const number = fc
      .tuple(
        fc.boolean(),
        digits,
        fc.option(fc.stringMatching(/^\d{1,24}$/)),
        fc.option(fc.integer({ min: -400, max: 400 })),
      )
      .map(([minus, whole, fraction, exponent]) =>
        [
          minus ? '-' : '',
          whole,
          fraction === null ? '' : `.${fraction}`,
          exponent === null ? '' : `e${String(exponent)}`,
        ].join(''),
      );
    const line = fc
      .array(fc.tuple(fc.string(), number, fc.array(number)))
      .map(
        (members) =>
          `{${members.map(([key, n, list], i) => `${JSON.stringify(String(i) + 'k' + key)}:[${[n, ...list].join(',')}],"n${String(i)}":${n}`).join(',')}}`,
      );
    fc.assert(
      fc.property(line, (text) => {
        expect(toJsonText(parseResource(text, true))).toBe(text);
      }),
    );
  });

  test('gives the result of JSON.parse if no number changes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const text = JSON.stringify(value);
        expect(toJsonText(parseResource(text, true))).toBe(text);
        expect(toJsonText(parseResource(text, false))).toBe(text);
      }),
    );
  });

  test('keeps a property named __proto__ as data', () => {
    const parsed = parseResource('{"__proto__":{"x":1.10}}', true);
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
    expect(toJsonText(parsed)).toBe('{"__proto__":{"x":1.10}}');
  });

  test.each([
    ['{"a":}', 5],
    ['{"a":1.10,}', 10],
    ['{"a":1.10} x', 11],
    ['{"a":"x', 5],
    ['{"a":tru}', 5],
    ['{"a" 1}', 5],
    ['[1 2]', 3],
    ['', 0],
    ['{"a":"\\q"}', 5],
    ['{"a":01}', 6],
  ])('says where %s is no JSON', (text, offset) => {
    for (const keep of [true, false]) {
      const error = errorOf(() => parseResource(text, keep));
      expect(error).toBeInstanceOf(JsonSyntaxError);
      expect((error as JsonSyntaxError).offset).toBe(offset);
    }
  });

  test('refuses numbers in nesting that could exhaust the stack', () => {
    const text = `${'['.repeat(100_000)}1.10${']'.repeat(100_000)}`;
    expect(() => parseResource(text, true)).toThrow(JsonSyntaxError);
  });

  test('finds the end of long strings with many escapes', () => {
    const text = `{"a":1.10,"b":${JSON.stringify('\\"'.repeat(500_000))}}`;
    expect(toJsonText(parseResource(text, true))).toBe(text);
  });
});

describe('createResourceParser', () => {
  test('keeps numbers below the properties that one of the views sees', () => {
    const parse = createResourceParser([{ numberKeys: ['value'] }, { numberKeys: ['a"b'] }]);
    expect(parse('{"value":1.10}')).toEqual({ value: new NumberText('1.10') });
    expect(parse('{"value" : [1, 2.0]}')).toEqual({ value: [1, new NumberText('2.0')] });
    expect(parse('{"a\\"b":1.10}')).toEqual({ 'a"b': new NumberText('1.10') });
    expect(parse('{"other":1.10}')).toEqual({ other: 1.1 });
  });

  test('is JSON.parse when no view sees a number', () => {
    expect(createResourceParser([{ numberKeys: [] }])('{"value":1.10}')).toEqual({ value: 1.1 });
  });

  test('keeps every number when one view may see any', () => {
    const parse = createResourceParser([{ numberKeys: ['value'] }, { numberKeys: 'any' }]);
    expect(parse('{"other":1.10}')).toEqual({ other: new NumberText('1.10') });
  });
});

describe('a parser that keeps some numbers', () => {
  const parse = createResourceParser([{ numberKeys: ['value', 'a"b'] }]);

  test.each([
    '{"value":1.10,"value":2.50}',
    '{"value":1e3,"text":"\\u0000 1.10"}',
    '{"value":1.10,"text":"\\"value\\":1.10"}',
    '{"x\\"value":1.10,"value":[1,-0,2.50, 3e0 ]}',
    '{"__proto__":{"value":1.10},"list":[[{"value":2.0}],null,true]}',
    '{"value":1.10,"\\u0000":"\\u00001.20"}',
  ])('gives for %s what the slow parser gives', (text) => {
    expect(toJsonText(parse(text))).toBe(toJsonText(parseResource(text, true)));
  });

  test.each(['{"value":01.10}', '{"value":1.10x}', '{"value":1.10"}', '{"value":[1.10,2.00}', '{"value":-}'])(
    'refuses %s where the slow parser does',
    (text) => {
      const expected = errorOf(() => parseResource(text, true));
      expect(expected).toBeInstanceOf(JsonSyntaxError);
      expect(errorOf(() => parse(text))).toEqual(expected);
    },
  );

  test('refuses nesting that could exhaust the stack', () => {
    const text = `${'['.repeat(100_000)}{"value":1.10}${']'.repeat(100_000)}`;
    expect(() => parse(text)).toThrow(JsonSyntaxError);
  });

  test('gives the result of the slow parser for any resource', () => {
    const number = fc.constantFrom(...changing, ...unchanged, 'null');
    const leaf = fc.oneof(
      number,
      fc.string().map((text) => JSON.stringify(text)),
    );
    const member = (value: string): fc.Arbitrary<string> =>
      fc.constantFrom('"value"', '"a\\"b"', '"x"').map((key) => `${key}:${value}`);
    const { tree } = fc.letrec<{ tree: string }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(number, { maxLength: 4 }).map((items) => `[${items.join(', ')}]`),
        fc.array(tie('tree').chain(member), { maxLength: 4 }).map((members) => `{${members.join(',')}}`),
      ),
    }));
    const every = createResourceParser([{ numberKeys: ['value', 'a"b', 'x'] }]);
    fc.assert(
      fc.property(fc.array(tree.chain(member)), (members) => {
        const text = `{${members.join(',')}}`;
        expect(every(text)).toEqual(parseResource(text, true));
      }),
      { numRuns: 500 },
    );
  });
});

function errorOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}

test.each<{ readonly numberKeys: NumberKeys }>([{ numberKeys: 'any' }, { numberKeys: ['value'] }])(
  'blanks around the colon change no number ($numberKeys)',
  (view) => {
    const parse = createResourceParser([view]);
    for (const number of ['1.10', '-0', '1E5', '12345678901234567890']) {
      expect(parse(`{"value"\t: ${number}\r}`)).toEqual({ value: new NumberText(number) });
    }
  },
);
