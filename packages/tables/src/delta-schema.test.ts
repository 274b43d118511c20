import { describe, expect, test } from '@jest/globals';
import { deltaSchema } from './delta-schema.js';

const typeOf = (given: object): unknown => {
  const { fields } = JSON.parse(deltaSchema([{ name: 'a', collection: false, ...given }])) as {
    readonly fields: readonly { readonly type: unknown }[];
  };
  return fields[0]?.type;
};

describe('the type of a column in a Delta table', () => {
  test.each([
    ['BOOLEAN', 'boolean'],
    ['INT32 (INT_16)', 'short'],
    ['INT32', 'integer'],
    ['INT64', 'long'],
    ['DOUBLE', 'double'],
    ['BYTE_ARRAY (STRING)', 'string'],
    ['BYTE_ARRAY', 'binary'],
    ['INT32 (DATE)', 'date'],
    ['INT64 (TIMESTAMP(MICROS, UTC))', 'timestamp'],
    ['FIXED_LEN_BYTE_ARRAY(9) (DECIMAL(20,4))', 'decimal(20,4)'],
  ])('%s of Parquet is %s', (parquetType, type) => {
    expect(typeOf({ parquetType })).toBe(type);
  });

  test.each([
    ['VARCHAR', 'string'],
    ['DECIMAL(10,2)', 'decimal(10,2)'],
    ['TIMESTAMP WITH TIME ZONE', 'timestamp'],
  ])('%s of SQL is %s', (sqlType, type) => {
    expect(typeOf({ sqlType })).toBe(type);
  });

  test('of a list is that of its entries in an array', () => {
    expect(typeOf({ collection: true, parquetType: 'DOUBLE' })).toEqual({
      type: 'array',
      elementType: 'double',
      containsNull: true,
    });
  });

  test.each([
    [{ parquetType: 'INT64 (TIME(MICROS))' }, 'TIME'],
    [{ parquetType: 'INT64 (TIMESTAMP(MICROS))' }, 'TIMESTAMP(MICROS)'],
    [{ sqlType: 'STRUCT("a" INTEGER)' }, 'STRUCT'],
    [{ name: 'two words', parquetType: 'INT32' }, 'character'],
  ])('is refused: %j', (given, reason) => {
    expect(() => typeOf(given)).toThrow(reason);
  });

  test('is refused where two names differ in case only', () => {
    const column = { collection: false, parquetType: 'INT32' };
    expect(() =>
      deltaSchema([
        { ...column, name: 'Id' },
        { ...column, name: 'id' },
      ]),
    ).toThrow('in case only');
  });
});
