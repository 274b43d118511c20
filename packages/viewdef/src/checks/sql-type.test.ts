import { describe, expect, test } from '@jest/globals';
import { compileView } from '../compile-view.js';
import { COLUMN, judge, viewOf } from './testing/judge.js';

const tagged = (value: string): object => ({ tag: [{ name: 'ansi/type', value }] });
const fails = 'Parquet fails at a value that does not fit; other formats write it as it is';

describe('the tag ansi/type of a column', () => {
  test.each([
    ['birthDate', 'INTEGER', 'is INTEGER, but "birthDate" yields date: no value of it fits'],
    ['active', 'DECIMAL(4,2)', 'is DECIMAL(4,2), but "active" yields boolean: no value of it fits'],
    ['gender', 'BOOLEAN', 'is BOOLEAN, but "gender" yields code: no value of it fits'],
    ['name.count()', 'DATE', 'is DATE, but "name.count()" yields integer: no value of it fits'],
    ['name', 'BIGINT', 'is BIGINT, but "name" yields HumanName: no value of it fits'],
    ['name.count()', 'TIMESTAMP', 'is TIMESTAMP, but "name.count()" yields integer: no value of it fits'],
    ['meta.lastUpdated', 'TIME', 'is TIME, but "meta.lastUpdated" yields instant: no value of it fits'],
    [
      'photo.data',
      'DOUBLE',
      'is DOUBLE PRECISION, but "photo.data" yields base64Binary: no value of it fits',
    ],
    ['birthDate', 'BLOB', 'is BINARY VARYING, but "birthDate" yields date: no value of it fits'],
  ])('refuses %s as %s', (path, value, diagnostics) => {
    const issue = { expression: `${COLUMN}.tag[0].value`, diagnostics };
    expect(judge(viewOf('Patient', path, tagged(value))).refused).toEqual([{ kind: 'type', ...issue }]);
    const lenient = judge(viewOf('Patient', path, tagged(value)), { checks: 'lenient' });
    expect(lenient.warnings).toEqual([{ kind: 'type', ...issue }]);
  });

  test.each([
    [
      'birthDate',
      'timestamp  with time zone',
      `is TIMESTAMP WITH TIME ZONE, but "birthDate" yields date: ${fails}`,
    ],
    ['meta.lastUpdated', 'DATE', `is DATE, but "meta.lastUpdated" yields instant: ${fails}`],
    ['id', 'INTEGER', `is INTEGER, but "id" yields id: ${fails}`],
    ['name.family', 'DATE', `is DATE, but "name.family" yields string: ${fails}`],
    ['name.family', 'BINARY', `is BINARY VARYING, but "name.family" yields string: ${fails}`],
    ['name.count()', 'SMALLINT', `is SMALLINT, but "name.count()" yields integer: ${fails}`],
    ['deceased', 'BOOLEAN', `is BOOLEAN, but "deceased" yields boolean or dateTime: ${fails}`],
    [
      'deceased.ofType(dateTime)',
      'DATE',
      `is DATE, but "deceased.ofType(dateTime)" yields dateTime: ${fails}`,
    ],
    [
      "extension('x').value.ofType(decimal)",
      'BIGINT',
      `is BIGINT, but "extension('x').value.ofType(decimal)" yields decimal: ${fails}`,
    ],
    [
      'gender',
      'NVARCHAR2(7)',
      'is "NVARCHAR2(7)", for which Parquet has no type; use one such as INTEGER, DECIMAL(10,2), CHARACTER VARYING, DATE or TIMESTAMP WITH TIME ZONE',
    ],
  ])('warns of %s as %s', (path, value, diagnostics) => {
    expect(judge(viewOf('Patient', path, tagged(value)))).toEqual({
      refused: [],
      warnings: [{ kind: 'doubt', expression: `${COLUMN}.tag[0].value`, diagnostics }],
    });
  });

  test.each([
    ['birthDate', 'DATE'],
    ['birthDate', 'VARCHAR(10)'],
    ['name', 'CHARACTER VARYING'],
    ['deceased.ofType(dateTime)', 'TIMESTAMP'],
    ['meta.lastUpdated', 'TIMESTAMP WITH TIME ZONE'],
    ['active', 'BOOLEAN'],
    ['active', 'TEXT'],
    ['name.count()', 'BIGINT'],
    ['name.count()', 'REAL'],
    ['name.count()', 'DECIMAL(4,2)'],
    ["extension('x').value", 'INTEGER'],
    ['type().name', 'DATE'],
    ["extension('x').value.ofType(decimal)", 'DECIMAL(20,6)'],
    ['photo.data', 'BINARY'],
    ["extension('x').value.ofType(time)", 'TIME'],
  ])('takes %s as %s', (path = '', value = '') => {
    expect(judge(viewOf('Patient', path, tagged(value)))).toEqual({ refused: [], warnings: [] });
  });

  test('is held against the declared type where the path says nothing', () => {
    const view = viewOf('Patient', "extension('x').value", { type: 'boolean', ...tagged('DATE') });
    const diagnostics = `is DATE, but the type of "extension('x').value" is boolean: no value of it fits`;
    expect(judge(view).refused).toEqual([
      { kind: 'type', expression: `${COLUMN}.tag[0].value`, diagnostics },
    ]);
  });

  test('counts once: a second one is named, and no other tag is looked at', () => {
    const tag = [
      { name: 'other', value: 'INTEGER' },
      { name: 'ansi/type', value: 'TEXT' },
      { name: 'ansi/type', value: 'DATE' },
    ];
    const diagnostics = 'is "DATE", which is not used: the first tag ansi/type counts';
    expect(judge(viewOf('Patient', 'gender', { tag }))).toEqual({
      refused: [],
      warnings: [{ kind: 'doubt', expression: `${COLUMN}.tag[2].value`, diagnostics }],
    });
  });

  test('refuses no view that was accepted before', () => {
    expect(compileView(viewOf('Patient', 'active', tagged('DATE'))).warnings).toEqual([]);
  });
});
