import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { prepareCheck } from '../harness/differential/src/check-pass.js';
import { wholeFraming } from '../harness/differential/src/engines/framing.js';
import { agreed, compareColumns } from '../harness/differential/src/testing/compare-columns.js';
import { FORMATS } from '../harness/differential/src/tiers.js';

const beside = '{"extension":[{"url":"u","valueCode":"unknown"}]}';

function patientLine(...members: readonly string[]): Buffer {
  return Buffer.from(`{"resourceType":"Patient","id":"p",${members.join(',')}}`);
}

/** The properties `given` and `_given` of a name, as JSON: once with the value first, once with the companion first. */
function nameLines(...shapes: readonly (readonly [given: string, companion: string])[]): readonly Buffer[] {
  return shapes.flatMap(([given, companion]) => {
    const members = [`"given":${given}`, `"_given":${companion}`];
    return [members, members.toReversed()].map((ordered) =>
      patientLine(`"name":[{${ordered.join(',')},"family":"F"},{"given":["Z"]}]`),
    );
  });
}

const plainShapes = nameLines(
  ['["A",null,"C"]', `[null,${beside},null]`],
  ['["A"]', `[ null , ${beside} ]`],
  ['["A","B"]', `[${beside}]`],
  ['["A",null]', '[null,null]'],
  ['null', `[null,${beside},null]`],
  ['[]', `[${beside}]`],
  ['["A"]', '[]'],
  ['["A"]', '[ ]'],
  ['"A"', '{}'],
  ['"A"', `[null,{"id":"x","extension":[{"url":"a,b]"},{"url":"[","valueString":"{"}]}]`],
  ['["A"]', '{}'],
  ['null', '{ "id" : "x" }'],
  ['null', 'null'],
  ['["A"]', ' null '],
  ['["A",null,"C",null]', '[null]'],
);

const paths = [
  'name.given.count()',
  'name.given[1]',
  'name.given.first()',
  'name.first().given.last()',
  'name.given.tail().first()',
  'name.given.exists()',
  "name.given.join('-')",
  "name.given.exists($this = 'A')",
  "name.given.where($this != 'A').count()",
  "name.given.all($this != 'A')",
  'name.given[1] & name.given[0]',
  'name.given[1] + name.given[0]',
  'name.given[1].upper()',
  'name.given[1].toString()',
  "name.given[1] < 'b'",
  "iif(name.given[1].exists(), name.given[1], 'none')",
];

describe('the scan takes, and treats as generated code does', () => {
  test('values and companions of every shape, in any order', () => {
    expect(compareColumns(paths, plainShapes, { resource: 'Patient' })).toEqual(agreed(plainShapes.length));
    const collection = { resource: 'Patient', collection: true };
    for (const path of ['name.given', 'name.given.tail()', 'name.select(given)', 'name.given.select($this)'])
      expect(compareColumns(path, plainShapes, collection)).toEqual(agreed(plainShapes.length));
  });

  test('a row for each item, with or without value', () => {
    const column = [
      { name: 'at', path: '%rowIndex' },
      { name: 'value', path: '$this' },
    ];
    for (const key of ['forEach', 'forEachOrNull'])
      expect(compareSelect({ [key]: 'name.given', column }, plainShapes)).toEqual(agreed(plainShapes.length));
  });

  test('primitives of every type without value', () => {
    const lines = [
      patientLine(`"_birthDate":${beside}`, '"_active":{}', `"_deceasedBoolean":${beside}`),
      patientLine('"_multipleBirthInteger":{"id":"x"}', '"multipleBirthInteger":3', '"active":false'),
      patientLine(
        '"_multipleBirthInteger":{"id":"x"}',
        `"_deceasedDateTime":${beside}`,
        '"birthDate":"2000"',
      ),
      patientLine('"active":null', '"_active":{}', '"birthDate":null', '"_birthDate":null'),
    ];
    const columns = [
      'birthDate',
      'birthDate.exists()',
      'birthDate = @2000',
      'birthDate != @2000',
      'birthDate < @2001',
      'birthDate.lowBoundary()',
      'active',
      'active.exists()',
      'active.not()',
      'active and true',
      'active or true',
      'active xor true',
      'active implies true',
      'active = false',
      'iif(active, 1, 2)',
      'multipleBirth.ofType(integer)',
      'multipleBirth.ofType(integer) + 1',
      'multipleBirth.ofType(integer) = 3',
      'multipleBirth.ofType(integer) >= 3',
      'multipleBirth.ofType(integer).toString()',
      'multipleBirth.exists()',
      'deceased.exists()',
      'deceased.ofType(boolean)',
      'deceased.ofType(dateTime).exists()',
      'unheardOf.exists()',
    ];
    expect(compareColumns(columns, lines, { resource: 'Patient' })).toEqual(agreed(lines.length));
  });

  test('companions where FHIR has no primitive, which are nothing', () => {
    const lines = [
      patientLine('"_name":[{"given":["A"]},{}]', '"_maritalStatus":{"text":"M"}'),
      patientLine('"name":[null,{"given":["A"]}]', '"_name":[null,{},{}]'),
    ];
    const columns = ['name.count()', 'name.given.count()', 'maritalStatus.exists()', 'maritalStatus.text'];
    expect(compareColumns(columns, lines, { resource: 'Patient' })).toEqual(agreed(lines.length));
  });
});

describe('the scan leaves to generated code', () => {
  const lines = [
    ...['"x"', 'false', '1', '[null', '{"id":"x",}', '[,]'].map((text) =>
      patientLine(`"_birthDate":${text}`),
    ),
    patientLine('"_birthDate":{}', '"_birthDate":null'),
    patientLine('"birthDate":"2000"', '"_birthDate":{}', '"birthDate":"2001"'),
    patientLine('"_birthDate":{}', '"birthDate":"2000"', '"birthDate":"2001"'),
    patientLine('"_birthDate":null', '"birthDate":"2000"', '"_birthDate":{}'),
    patientLine(String.raw`"\u005fbirthDate":{}`),
    patientLine('"deceasedDateTime":"2000"', '"_deceasedBoolean":[]'),
    patientLine('"deceasedDateTime":"2000"', '"_deceasedBoolean":null'),
  ];

  test('companions that are no FHIR, repeat, or hide', () => {
    const columns = ['birthDate', 'birthDate.exists()', 'deceased.exists()'];
    const taken = agreed(lines.length).map(() => `0 of ${lines.length}`);
    expect(compareColumns(columns, lines, { resource: 'Patient' })).toEqual(taken);
  });

  test('a fault on the way to the id or the extensions of a primitive', () => {
    const lines = [
      patientLine('"name":[{"use":["a","b"],"given":["A"]}]'),
      patientLine('"birthDate":{"id":"x"}'),
    ];
    const columns = ["name.where(use <= 'b').given.extension.url", 'birthDate.id'];
    expect(compareColumns(columns, lines, { resource: 'Patient' })).toEqual(FORMATS.map(() => '1 of 2'));
  });

  test('lines with companions that a view looks into, and no others', () => {
    const lines = [
      patientLine('"birthDate":"2000"', `"_birthDate":${beside}`, '"gender":"male"'),
      patientLine('"birthDate":"2000"', '"gender":"male"', '"contact":[{"gender":"male"}]'),
      patientLine('"gender":"male"', '"_gender":{"id":"x"}', '"contact":[{"gender":"male"}]'),
      patientLine('"gender":"male"', '"contact":[{"gender":"male","_gender":{}}]'),
    ];
    const half = (path: string, taken: number): void => {
      expect(compareColumns(path, lines, { resource: 'Patient' })).toEqual(
        FORMATS.map(() => `${taken} of ${lines.length}`),
      );
    };
    half("birthDate.extension('u').value.ofType(code)", 3);
    half('birthDate.id', 3);
    half('gender = contact.gender', 2);
    half("gender = 'male'", 4);
    half('gender = contact.gender.lower()', 4);
  });
});

/** As `compareColumns`, for a whole select. */
function compareSelect(select: object, lines: readonly Buffer[]): readonly string[] {
  return FORMATS.map((format) => {
    const view = { resource: 'Patient', select: [select] };
    const prepared = prepareCheck([view], 'scan,codegen', format, wholeFraming);
    if ('refused' in prepared) return prepared.refused;
    const { difference, compared } = prepared.check(lines);
    return difference ?? `${compared.filter((views) => views > 0).length} of ${lines.length}`;
  });
}

/** An element with a value, with something beside it, with both or with nothing. */
const item = fc.record({
  value: fc.option(fc.constantFrom('"A"', '"B"', '""')),
  companion: fc.option(fc.constantFrom(beside, '{"id":"x"}', '{}')),
});

const single = (name: string): fc.Arbitrary<readonly string[]> =>
  fc.tuple(item, fc.boolean()).map(([{ value, companion }, isFirst]) => {
    const members = [
      ...(value === null ? [] : [`"${name}":${value}`]),
      ...(companion === null ? [] : [`"_${name}":${companion}`]),
    ];
    return isFirst ? members : members.toReversed();
  });

/** Arrays of one length, or with the nulls at their ends left out. */
const several = (name: string): fc.Arbitrary<readonly string[]> =>
  fc
    .tuple(fc.array(item, { maxLength: 4 }), fc.boolean(), fc.boolean(), fc.boolean())
    .map(([items, areShort, areShortBeside, isFirst]) => {
      const list = (texts: readonly (string | null)[], isShort: boolean): string | undefined => {
        const length = isShort ? texts.findLastIndex((text) => text !== null) + 1 : texts.length;
        const items = texts.slice(0, length).map((text) => text ?? 'null');
        return length === 0 ? undefined : `[${items.join(',')}]`;
      };
      const values = list(
        items.map(({ value }) => value),
        areShort,
      );
      const companions = list(
        items.map(({ companion }) => companion),
        areShortBeside,
      );
      const members = [
        ...(values === undefined ? [] : [`"${name}":${values}`]),
        ...(companions === undefined ? [] : [`"_${name}":${companions}`]),
      ];
      return isFirst ? members : members.toReversed();
    });

const name = fc
  .tuple(several('given'), single('family'), single('text'))
  .map((members) => `{${members.flat().join(',')}}`);

const line = fc
  .tuple(fc.array(name, { maxLength: 3 }), single('gender'), several('unheardOf'))
  .map(([names, ...members]) => patientLine(`"name":[${names.join(',')}]`, ...members.flat()));

describe('on resources with and without values', () => {
  const views = [
    paths.map((path, at) => ({ name: `c${at}`, path })),
    ['name.given', 'name.family', 'name.family.extension.url', 'name.given.where($this.exists())'].map(
      (path, at) => ({ name: `c${at}`, path, collection: true }),
    ),
    [
      'name.first().family = name.last().family',
      'name.first().family != gender',
      "name.where(family = 'A').count()",
      "name.all(text.exists() and family != 'B')",
      'name.given[1].extension.count()',
      'gender.id',
      'unheardOf.count()',
      'unheardOf[1].extension.count()',
    ].map((path, at) => ({ name: `c${at}`, path })),
  ].map((column) => ({ resource: 'Patient', select: [{ column }] }));
  const rows = [
    { name: 'at', path: '%rowIndex' },
    { name: 'value', path: '$this' },
    { name: 'url', path: 'extension.url', collection: true },
    { name: 'has', path: 'hasValue()' },
  ];
  const all = [
    ...views,
    { resource: 'Patient', select: [{ forEach: 'name.given', column: rows.slice(0, 3) }] },
    { resource: 'Patient', select: [{ forEachOrNull: 'name.given', column: rows }] },
    { resource: 'Patient', select: [{ forEach: 'name.family | name.text', column: rows }] },
  ];

  test('the scan makes the bytes that generated code makes, in every format', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 20 }), (lines) => {
        for (const format of FORMATS) {
          const prepared = prepareCheck(all.slice(0, 4), 'scan,codegen', format, wholeFraming);
          expect('check' in prepared && prepared.check(lines).difference).toBeUndefined();
        }
      }),
      { numRuns: 40 },
    );
  });

  test('fhirpath.js makes the values that generated code makes', () => {
    const checks = all.map((view) => prepareCheck([view], 'codegen,fhirpath', 'csv', wholeFraming));
    fc.assert(
      fc.property(line, (one) => {
        for (const prepared of checks)
          expect('check' in prepared && prepared.check([one]).difference).toBeUndefined();
      }),
      { numRuns: 100 },
    );
  });
});
