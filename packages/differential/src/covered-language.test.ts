import { describe, expect, test } from '@jest/globals';
import { prepareCheck } from './check-view.js';
import { FORMATS } from './tiers.js';

/** Lines of Observations, each with one of the values as the JSON text of `valueX`. */
function linesOf(element: string, values: readonly string[]): readonly Buffer[] {
  return values.map((value) =>
    Buffer.from(`{"resourceType":"Observation","id":"a","status":"final","${element}":${value}}`),
  );
}

interface CompareOptions {
  readonly constant?: readonly object[];
  readonly collection?: boolean;
  readonly resource?: string;
}

/** How the scan and generated code differ on a column, and how many lines the scan took. */
function compare(
  path: string,
  lines: readonly Buffer[],
  { constant, collection, resource = 'Observation' }: CompareOptions = {},
): readonly string[] {
  const columns = [
    { name: 'a', path, ...(collection ? { collection } : {}) },
    { name: 'b', path: 'id' },
  ];
  return FORMATS.map((format) => {
    const view = {
      resource,
      ...(constant ? { constant } : {}),
      select: [{ column: columns }],
    };
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

const plainTexts = [
  '"a"',
  '""',
  '"  a b, \u00a0 "',
  '"\u00e4\u65e5b, \ud83d\ude00"',
  '"aab, aa"',
  '"\ufeff\u3000 a\u2028"',
];

const numbers = [
  '0',
  '-0',
  '0.0',
  '1',
  '-1',
  '3',
  '7',
  '1.0',
  '1.10',
  '-0.5',
  '100.25',
  '0.1',
  '0.30',
  '12345.678',
  '0.0000001',
  '-0.000001',
  '1e5',
  '1.5E-3',
  '2147483647',
  '999999999',
  '-666.6666',
] as const;
const exponents = ['1e21', '-1E+30', '1.23e-20', '100e-2', '1e400', '12345678e-4'] as const;

const moments = [
  '2020',
  '2020-02',
  '2020-02-29',
  '2020-03',
  '2020-02-29T12',
  '2020-02-29T12:30',
  '2020-02-29T12:30:00',
  '2020-02-29T12:30:00Z',
  '2020-02-29T12:30:00.5Z',
  '2020-02-29T12:30:00.500Z',
  '2020-02-29T12:30:00.123456789Z',
  '2020-02-29T14:30:00+02:00',
  '2020-03-01T00:30:00+12:00',
  '2020-02-28T23:30-13:00',
  '2020-02-29T12+05:30',
  '1999-12-31T23:59:59-05:00',
  '2000-01-01T04:59:59Z',
  '2020-12',
  '2019-02',
  '1900-02',
  '2000-02',
  '2020-13-45',
  '2020-00',
  '2020-02-29T25:61:61+99:99',
  '0001-01-01T00:00:00+14:00',
  '2020-02-29T',
  '2020-02-29T:30',
  '2020-02-29T12:3',
  '2020-02-29T12:30:00.',
  '20',
  '',
  'yesterday',
  String.raw`\u0032020`,
] as const;
const times = [
  '12',
  '12:30',
  '12:30:05',
  '12:30:05.5',
  '12:30:05.500',
  'T12:30',
  '23:59:59.9999',
  '1',
  '12:',
  '24:00',
] as const;

function noteLine(texts: readonly string[]): Buffer {
  const notes = texts.map((text) => `{"text":${text}}`).join(',');
  return Buffer.from(`{"resourceType":"Observation","id":"a","status":"final","note":[${notes}]}`);
}

describe('the scan takes and writes as generated code does', () => {
  test('text with every kind of escape', () => {
    const lines = linesOf('valueString', escapedTexts);
    expect(compare('value.ofType(string)', lines)).toEqual(agreed(lines.length));
  });

  test('lists of text with every kind of escape', () => {
    const lines = [noteLine(escapedTexts)];
    expect(compare('note.text', lines, { collection: true })).toEqual(agreed(1));
    expect(compare("note.text.join(', ')", lines)).toEqual(agreed(1));
    expect(compare('note.text.join(status)', lines)).toEqual(agreed(1));
  });

  test.each(['+', '&'])('text that is put together by %s', (operator) => {
    const lines = linesOf('valueString', escapedTexts);
    for (const right of ["'\\u00e4\"'", 'status', 'subject.display', 'value.ofType(string)'])
      expect(compare(`value.ofType(string) ${operator} ${right}`, lines)).toEqual(agreed(lines.length));
  });

  test.each([
    'length()',
    'trim()',
    'substring(1)',
    'substring(3, 2)',
    'substring(2, 0)',
    'substring(%two.length())',
    "startsWith('a')",
    "startsWith('\\u00e4')",
    "endsWith('😀')",
    "contains('b, ')",
    "contains('\\n')",
    "indexOf('😀')",
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
    expect(compare(`value.ofType(string).${call}`, lines, { constant })).toEqual(agreed(lines.length));
  });

  test.each(['upper()', 'lower()'])('text of ASCII after %s', (call) => {
    const lines = linesOf('valueString', ['"aZ09[`{@"', String.raw`"a\n\\n\u0041"`, '""']);
    expect(compare(`value.ofType(string).${call}`, lines)).toEqual(agreed(lines.length));
  });

  test.each(["= 'a/\"\\n\\u00e4'", "!= '/'", "< 'b'", '>= %emoji', "= '\\\\'"])(
    'text compared by %s',
    (comparison) => {
      const values = [...escapedTexts, ...plainTexts, String.raw`"a\/\"\n\u00E4"`, String.raw`"\u005C"`];
      const lines = linesOf('valueString', values);
      const constant = [{ name: 'emoji', valueString: '\ud83d' }];
      expect(compare(`value.ofType(string) ${comparison}`, lines, { constant })).toEqual(
        agreed(lines.length),
      );
    },
  );

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
    expect(compare('subject.getReferenceKey()', lines)).toEqual(agreed(lines.length));
    expect(compare('subject.getReferenceKey(Patient)', lines)).toEqual(agreed(lines.length));
  });

  test.each(['+', '-', '*', '/', 'div', 'mod'])(
    'decimals and whole numbers calculated with by %s',
    (operator) => {
      const lines = numbers.flatMap((left) =>
        numbers.map((right) =>
          Buffer.from(
            `{"resourceType":"Observation","status":"final","valueQuantity":{"value":${left}},"component":[{"valueQuantity":{"value":${right}}}]}`,
          ),
        ),
      );
      const sides = `value.ofType(Quantity).value ${operator} component.value.ofType(Quantity).value`;
      expect(compare(sides, lines)).toEqual(agreed(lines.length));
      expect(compare(`-(value.ofType(Quantity).value) ${operator} 3`, lines)).toEqual(agreed(lines.length));
    },
  );

  test.each(['=', '!=', '<', '<=', '>', '>='])('numbers compared by %s, with exponents too', (operator) => {
    const lines = linesOf(
      'valueQuantity',
      [...numbers, ...exponents].map((value) => `{"value":${value}}`),
    );
    for (const other of [...numbers, '1e21', '1.23e-20', '-1e30']) {
      const constant = [{ name: 'other', valueDecimal: Number(other) }];
      const path = `value.ofType(Quantity).value ${operator} %other`;
      expect(compare(path, lines, { constant })).toEqual(agreed(lines.length));
    }
  });

  test.each(['', '0', '1', '3', '8', '9'])('boundaries of numbers to the precision (%s)', (precision) => {
    const lines = linesOf(
      'valueQuantity',
      numbers.map((value) => `{"value":${value}}`),
    );
    for (const side of ['low', 'high']) {
      const path = `value.ofType(Quantity).value.${side}Boundary(${precision})`;
      expect(compare(path, lines)).toEqual(agreed(lines.length));
    }
    const wholes = linesOf('valueInteger', ['0', '-7', '12', '1.5']);
    expect(compare(`value.ofType(integer).lowBoundary(${precision})`, wholes)).toEqual(agreed(wholes.length));
    expect(compare(`value.ofType(integer).highBoundary(${precision})`, wholes)).toEqual(
      agreed(wholes.length),
    );
  });

  test.each(['=', '!=', '<', '<=', '>', '>='])(
    'moments compared by %s, partial and with zones',
    (operator) => {
      const lines = moments.flatMap((left) =>
        moments.map((right) =>
          Buffer.from(
            `{"resourceType":"Observation","status":"final","effectivePeriod":{"start":"${left}","end":"${right}"}}`,
          ),
        ),
      );
      const path = `effective.ofType(Period).start ${operator} effective.ofType(Period).end`;
      expect(compare(path, lines)).toEqual(agreed(lines.length));
    },
  );

  test.each(['=', '<', '>='])('times compared by %s, partial too', (operator) => {
    const lines = linesOf(
      'valueTime',
      times.map((time) => `"${time}"`),
    );
    for (const literal of ['12', '12:30', '12:30:05', '12:30:05.5', '23:59'])
      expect(compare(`value.ofType(time) ${operator} @T${literal}`, lines)).toEqual(agreed(lines.length));
  });

  test.each(['', '4', '6', '8', '10', '12', '14', '17', '5'])(
    'boundaries of moments to the precision (%s)',
    (precision) => {
      const lines = linesOf(
        'valueDateTime',
        moments.map((moment) => `"${moment}"`),
      );
      const clocks = linesOf(
        'valueTime',
        times.map((time) => `"${time}"`),
      );
      for (const side of ['low', 'high']) {
        const call = `${side}Boundary(${precision})`;
        expect(compare(`value.ofType(dateTime).${call}`, lines)).toEqual(agreed(lines.length));
        expect(compare(`value.ofType(time).${call}`, clocks)).toEqual(agreed(clocks.length));
        const births = moments.map((moment) =>
          Buffer.from(`{"resourceType":"Patient","birthDate":"${moment}"}`),
        );
        expect(compare(`birthDate.${call}`, births, { resource: 'Patient' })).toEqual(agreed(births.length));
      }
    },
  );

  test.each(['2', '4', '6', '9', '3'])('boundaries of times to the precision %s', (precision) => {
    const lines = linesOf(
      'valueTime',
      times.map((time) => `"${time}"`),
    );
    for (const side of ['low', 'high'])
      expect(compare(`value.ofType(time).${side}Boundary(${precision})`, lines)).toEqual(
        agreed(lines.length),
      );
  });
});
