import { describe, expect, it } from '@jest/globals';
import { ColumnTypeError } from '../errors.js';
import { column } from '../testing/encode.js';
import { parquetSchema } from './parquet-schema.js';

describe('the Parquet schema', () => {
  it.each([
    ['boolean', { type: 'BOOLEAN' }],
    ['integer', { type: 'INT32' }],
    ['positiveInt', { type: 'INT32' }],
    ['unsignedInt', { type: 'INT32' }],
    ['integer64', { type: 'INT64' }],
    ['decimal', { type: 'DOUBLE' }],
    [
      'instant',
      { type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' } },
    ],
    ['base64Binary', { type: 'BYTE_ARRAY' }],
    ['date', { type: 'BYTE_ARRAY', converted_type: 'UTF8' }],
    ['dateTime', { type: 'BYTE_ARRAY', converted_type: 'UTF8' }],
    ['time', { type: 'BYTE_ARRAY', converted_type: 'UTF8' }],
    ['code', { type: 'BYTE_ARRAY', converted_type: 'UTF8' }],
    ['Coding', { type: 'BYTE_ARRAY', converted_type: 'UTF8' }],
    [undefined, { type: 'BYTE_ARRAY', converted_type: 'UTF8' }],
  ])('has for a %s column', (fhirType, element) => {
    const [root, only] = parquetSchema([column('x', { fhirType })]);
    expect(root).toMatchObject({ num_children: 1 });
    expect(only).toMatchObject({ name: 'x', repetition_type: 'OPTIONAL', ...element });
  });

  it.each([
    ['DECIMAL(9,2)', { type: 'INT32', precision: 9, scale: 2 }],
    ['DECIMAL(18,6)', { type: 'INT64', precision: 18, scale: 6 }],
    ['DECIMAL(20,6)', { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 9 }],
    ['DECIMAL(38,10)', { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16 }],
    ['CHARACTER VARYING', { type: 'BYTE_ARRAY', converted_type: 'UTF8' }],
    ['DATE', { type: 'INT32', converted_type: 'DATE' }],
    [
      'TIMESTAMP',
      { type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'MICROS' } },
    ],
  ])('lets the tag %s override the FHIR type', (ansiType, element) => {
    expect(parquetSchema([column('x', { fhirType: 'decimal', ansiType })])[1]).toMatchObject(element);
  });

  it('makes a LIST of a collection', () => {
    expect(parquetSchema([column('x', { fhirType: 'integer', collection: true })])).toMatchObject([
      { num_children: 1 },
      { name: 'x', converted_type: 'LIST', repetition_type: 'OPTIONAL', num_children: 1 },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      { name: 'element', type: 'INT32', repetition_type: 'OPTIONAL' },
    ]);
  });

  it('gives columns the ids that they have in their table, where the file does not have all of it', () => {
    const table = [column('a'), column('left'), column('list', { collection: true }), column('b')];
    const idsOf = (elements: ReturnType<typeof parquetSchema>) =>
      new Map(elements.map(({ name, field_id }) => [name, field_id]));
    const whole = idsOf(parquetSchema(table));
    whole.delete('left');
    for (const [at, one] of table.entries()) {
      if (one.name === 'left') expect(idsOf(parquetSchema(table.toSpliced(at, 1), at))).toEqual(whole);
    }
    const last = [column('list', { collection: true }), column('left')];
    expect(idsOf(parquetSchema(last.slice(0, 1), 1)).get('element')).toBe(3);
  });

  it('gives columns ids in their order, and behind them the elements of lists', () => {
    const columns = [
      column('a'),
      column('list', { collection: true }),
      column('b'),
      column('other', { collection: true }),
    ];
    const ids = parquetSchema(columns).map(({ name, field_id }) => [name, field_id]);
    expect(ids).toEqual([
      ['row', undefined],
      ['a', 1],
      ['list', 2],
      ['list', undefined],
      ['element', 5],
      ['b', 3],
      ['other', 4],
      ['list', undefined],
      ['element', 6],
    ]);
  });

  it('names the column whose tag is no type', () => {
    const faulty = column('weight', { ansiType: 'DECIMAL(4,9)' });
    expect(() => parquetSchema([faulty])).toThrow(new ColumnTypeError('weight', 'DECIMAL(4,9)'));
    expect(() => parquetSchema([faulty])).toThrow(/"weight".*"DECIMAL\(4,9\)"/);
  });
});
