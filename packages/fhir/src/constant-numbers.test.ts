import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dataJsonText, fhirJsonText, parseFhirJson } from './constant-numbers.js';

const viewWith = (number: string): string => `{"constant":[{"name":"d","valueDecimal":${number}}]}`;

test.each(['1.50', '-0.10', '1e2', '1.0', '12345678901234567890.5', '0.12345678901234567890', '-0'])(
  'the constant %s keeps its digits, and is a number again on the wire',
  (number) => {
    const tree = parseFhirJson(viewWith(number));
    expect(tree).toEqual({ constant: [{ name: 'd', valueDecimal: number }] });
    expect(fhirJsonText(tree)).toBe(viewWith(number));
  },
);

test.each(['1.5', '0', '-7', '100'])('the constant %s, which no parser changes, is a number', (number) => {
  expect(parseFhirJson(viewWith(number))).toEqual({
    constant: [{ name: 'd', valueDecimal: Number(number) }],
  });
});

test('a constant of 64 bits keeps its digits', () => {
  const text = '{"constant":[{"name":"n","valueInteger64" : 9007199254740993 }]}';
  expect(parseFhirJson(text)).toEqual({ constant: [{ name: 'n', valueInteger64: '9007199254740993' }] });
});

test('numbers elsewhere, and texts that look like one, are parsed as by JSON.parse', () => {
  const looks = JSON.stringify({
    constant: [{ name: 's', valueString: '"valueDecimal":1.50}', note: '"valueDecimal": 2.50,' }],
    extension: [{ url: 'x' }],
  });
  const text = looks.replace('{"url":"x"}', '{"url":"x","valueDecimal":1.50}');
  expect(parseFhirJson(text)).toEqual(JSON.parse(text));
});

test('views are found at any depth', () => {
  const text = `{"parameter":[{"part":[{"resource":${viewWith('1.50')}}]},{"valueDecimal":2.50}]}`;
  expect(parseFhirJson(text)).toEqual({
    parameter: [
      { part: [{ resource: { constant: [{ name: 'd', valueDecimal: '1.50' }] } }] },
      { valueDecimal: 2.5 },
    ],
  });
});

test('values of a Parameters resource within another one keep their digits', () => {
  const values = '{"resourceType":"Parameters","parameter":[{"name":"d","valueDecimal":1.50}]}';
  const text = `{"parameter":[{"part":[{"name":"parameters","resource":${values}}]},{"valueDecimal":2.50}]}`;
  expect(parseFhirJson(text)).toEqual({
    parameter: [
      {
        part: [
          {
            name: 'parameters',
            resource: { resourceType: 'Parameters', parameter: [{ name: 'd', valueDecimal: '1.50' }] },
          },
        ],
      },
      { valueDecimal: 2.5 },
    ],
  });
});

test('text that is not JSON is refused', () => {
  for (const text of ['{"valueDecimal":1.50', '{"valueDecimal":01.50}', '{"valueDecimal":1.50 2}', '']) {
    expect(() => parseFhirJson(text)).toThrow(SyntaxError);
  }
});

test('any JSON without such constants is parsed and written as by JSON itself', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(parseFhirJson(text)).toEqual(JSON.parse(text));
    }),
  );
  fc.assert(
    fc.property(fc.object({ key: fc.constantFrom('constant', 'valueDecimal', 'a') }), (tree) => {
      const text = JSON.stringify(tree);
      const marked = text.replace(/"valueDecimal":"[-\d.eE+]*"/g, '"valueDecimal":"x"');
      expect(fhirJsonText(JSON.parse(marked))).toBe(marked);
    }),
  );
});

const requestWith = (resource: string): string =>
  `{"resourceType":"Parameters","parameter":[{"name":"_limit","valueInteger":1.0},{"name":"resource","resource":${resource}}]}`;

test.each(['1.10', '1e3', '-0', '12345678901234567890', '5'])(
  'the number %s of a resource that comes as data is written as it was',
  (number) => {
    const resource = `{"resourceType":"Observation","valueQuantity":{"value":${number}},"note":"1.10"}`;
    const { parameter } = parseFhirJson(requestWith(resource)) as { parameter: Record<string, unknown>[] };
    expect(dataJsonText(parameter[1]?.['resource'])).toBe(resource);
    expect(parameter[0]?.['valueInteger']).toBe(1);
  },
);

test('a text cannot pass for a number of data', () => {
  const resource = String.raw`{"resourceType":"Basic","id":"\u00001.10"}`;
  expect(() => parseFhirJson(requestWith(resource))).toThrow(SyntaxError);
});
