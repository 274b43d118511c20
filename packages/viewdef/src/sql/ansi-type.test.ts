import { describe, expect, it } from '@jest/globals';
import { parseAnsiType } from './ansi-type.js';
import { sqlTypeName } from './sql-type.js';

describe('the tag ansi/type', () => {
  it.each([
    ['BOOLEAN', 'BOOLEAN'],
    ['smallint', 'SMALLINT'],
    ['INT', 'INTEGER'],
    ['Integer', 'INTEGER'],
    ['BIGINT', 'BIGINT'],
    ['DECIMAL(10,2)', 'DECIMAL(10,2)'],
    ['NUMERIC ( 38 , 38 )', 'DECIMAL(38,38)'],
    ['DEC(5)', 'DECIMAL(5,0)'],
    ['DECIMAL', 'DECIMAL(38,0)'],
    ['REAL', 'REAL'],
    ['FLOAT', 'DOUBLE PRECISION'],
    ['FLOAT(24)', 'REAL'],
    ['double  precision', 'DOUBLE PRECISION'],
    ['CHARACTER VARYING', 'CHARACTER VARYING'],
    ['VARCHAR(255)', 'CHARACTER VARYING(255)'],
    ['CHARACTER LARGE OBJECT', 'CHARACTER VARYING'],
    ['BINARY VARYING(16)', 'BINARY VARYING'],
    ['BLOB', 'BINARY VARYING'],
    ['DATE', 'DATE'],
    ['TIME', 'TIME'],
    ['TIME WITHOUT TIME ZONE', 'TIME'],
    ['TIMESTAMP', 'TIMESTAMP'],
    ['TIMESTAMP(3) WITH TIME ZONE', 'TIMESTAMP WITH TIME ZONE'],
    ['TIMESTAMP WITHOUT TIME ZONE', 'TIMESTAMP'],
  ])('"%s" is %s', (text, name) => {
    const type = parseAnsiType(text);
    expect(type && sqlTypeName(type)).toBe(name);
  });

  it.each([
    '',
    'INTERVAL',
    'INTEGER(4)',
    'DECIMAL(0)',
    'DECIMAL(39)',
    'DECIMAL(4,5)',
    'DECIMAL(4',
    'DATE(3)',
    'VARCHAR(1,2)',
    'TIME WITH TIME ZONE',
    'INTEGER WITH TIME ZONE',
    'INTEGER; DROP TABLE x',
  ])('"%s" is no type that can be written', (text) => {
    expect(parseAnsiType(text)).toBeUndefined();
  });
});
