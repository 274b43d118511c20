import { describe, expect, it } from '@jest/globals';
import { NumberText } from '@millrace/viewdef';
import type { Cell, ViewColumn } from '@millrace/viewdef';
import { CellTypeError } from '../errors.js';
import { column, encode } from '../testing/encode.js';
import { readParquet } from '../testing/read-parquet.js';

async function stored(given: Partial<ViewColumn>, cells: Cell[]): Promise<unknown[]> {
  const file = encode(
    { format: 'parquet' },
    [column('x', given)],
    cells.map((cell) => [cell]),
  );
  const rows = await readParquet(file, { text: given.fhirType !== 'base64Binary' });
  // The reader gives undefined for a null list.
  return rows.map((row) => row['x'] ?? null);
}

describe('Parquet keeps', () => {
  it.each<[string, Partial<ViewColumn>, Cell[], unknown[]]>([
    ['booleans', { fhirType: 'boolean' }, [true, null, false], [true, null, false]],
    ['the range of INT32', { fhirType: 'integer' }, [2147483647, -2147483648], [2147483647, -2147483648]],
    ['integers with their own text', { fhirType: 'integer' }, [new NumberText('1e3')], [1000]],
    [
      'the range of INT64, from numbers or text',
      { fhirType: 'integer64' },
      ['9223372036854775807', new NumberText('-9223372036854775808'), 5],
      [9223372036854775807n, -9223372036854775808n, 5n],
    ],
    ['decimals as the nearest double', { fhirType: 'decimal' }, [0.1, new NumberText('1.10')], [0.1, 1.1]],
    [
      '20 digits as the nearest double',
      { fhirType: 'decimal' },
      [new NumberText('0.12345678901234567890')],
      [0.12345678901234568],
    ],
    [
      'decimals as text where asked',
      { fhirType: 'decimal', ansiType: 'VARCHAR' },
      [new NumberText('1.10'), 2],
      ['1.10', '2'],
    ],
    ['small exact decimals', { ansiType: 'DECIMAL(5,2)' }, [1.1, -999.99, null], [1.1, -999.99, null]],
    ['instants', { fhirType: 'instant' }, ['1970-01-01T00:00:01.5Z', null], [1_500_000n, null]],
    [
      'instants with the offsets that there are',
      { fhirType: 'instant' },
      ['1970-01-01T14:00:01+14:00', '1969-12-31T10:00:01-14:00', '1970-01-01T05:45:01+05:45'],
      [1_000_000n, 1_000_000n, 1_000_000n],
    ],
    ['dates as text', { fhirType: 'date' }, ['2024', '2024-02-29'], ['2024', '2024-02-29']],
    ['full dates as DATE where asked', { fhirType: 'date', ansiType: 'DATE' }, ['1970-01-02'], [1]],
    ['times as TIME where asked', { fhirType: 'time', ansiType: 'TIME' }, ['00:00:01'], [1_000_000n]],
    ['text of any kind', {}, ['Zoë "李"\n😀', 'a\ud800b', ''], ['Zoë "李"\n😀', 'a\ufffdb', '']],
    ['scalars in an untyped column', {}, [1, true, new NumberText('1.10')], ['1', 'true', '1.10']],
    [
      'complex values as JSON',
      { fhirType: 'Coding' },
      [{ code: 'a', n: new NumberText('1.0') }],
      ['{"code":"a","n":1.0}'],
    ],
    ['lists', { fhirType: 'integer', collection: true }, [[1, 2], [], null, [3]], [[1, 2], [], null, [3]]],
    ['lists of text', { collection: true }, [['a', null, 'b']], [['a', null, 'b']]],
  ])('%s', async (_, given, cells, expected) => {
    expect(await stored(given, cells)).toEqual(expected);
  });

  it('the bytes of an attachment of megabytes', async () => {
    const [bytes] = await stored({ fhirType: 'base64Binary' }, [`${'/'.repeat(9_999_998)}8=`]);
    expect((bytes as Uint8Array).length).toBe(7_499_999);
  });

  it('the bytes that base64 stands for', async () => {
    const [bytes] = await stored({ fhirType: 'base64Binary' }, ['AP9C\n']);
    expect([...(bytes as Uint8Array)]).toEqual([0, 255, 66]);
  });
});

describe('Parquet refuses', () => {
  it.each<[string, Partial<ViewColumn>, Cell, string]>([
    [
      'an integer beyond INT32',
      { fhirType: 'integer' },
      2147483648,
      'INTEGER: a whole number from -2147483648 to 2147483647',
    ],
    ['a fraction in INT32', { fhirType: 'positiveInt' }, 1.5, 'INTEGER'],
    ['a huge exponent in INT32', { fhirType: 'integer' }, new NumberText('1e999999999'), 'INTEGER'],
    ['an integer beyond INT64', { fhirType: 'integer64' }, '9223372036854775808', 'BIGINT'],
    ['words in INT64', { fhirType: 'integer64' }, 'many', 'BIGINT'],
    ['a number beyond DOUBLE', { fhirType: 'decimal' }, new NumberText('1e400'), 'DOUBLE PRECISION'],
    ['text in DOUBLE', { fhirType: 'decimal' }, 'high', 'DOUBLE PRECISION'],
    ['more digits than DECIMAL has', { ansiType: 'DECIMAL(4,2)' }, 100, 'DECIMAL(4,2)'],
    ['more places than DECIMAL has', { ansiType: 'DECIMAL(4,2)' }, 1.234, 'DECIMAL(4,2)'],
    ['text in BOOLEAN', { fhirType: 'boolean' }, 'true', 'BOOLEAN'],
    ['a partial date in TIMESTAMP', { fhirType: 'instant' }, '2024-02', 'TIMESTAMP WITH TIME ZONE'],
    ['a partial date in DATE', { ansiType: 'DATE' }, '2024-02', 'DATE'],
    ...['+14:01', '-14:01', '+99:99', '+00:60'].map<[string, Partial<ViewColumn>, Cell, string]>((offset) => [
      `an offset of ${offset} in TIMESTAMP`,
      { fhirType: 'instant' },
      `2024-02-29T12:00:00${offset}`,
      'TIMESTAMP WITH TIME ZONE',
    ]),
    ['a day that no month has in TIMESTAMP', { fhirType: 'instant' }, '2024-02-30T12:00:00Z', 'TIMESTAMP'],
    ['a second that no clock shows in TIME', { ansiType: 'TIME' }, '23:59:60', 'TIME'],
    ['text that is no base64', { fhirType: 'base64Binary' }, 'a', 'BINARY VARYING'],
    ['text that is too long', { ansiType: 'VARCHAR(2)' }, 'a😀b', 'CHARACTER VARYING(2)'],
    ['an object in a typed column', { fhirType: 'integer' }, { a: 1 }, 'INTEGER'],
    ['one bad element of a list', { fhirType: 'integer', collection: true }, [1, 'x'], 'INTEGER'],
    [
      'a single value where a list is declared',
      { fhirType: 'integer', collection: true },
      1,
      'a collection of INTEGER',
    ],
  ])('%s', (_, given, cell, expected) => {
    const columns = [column('fine'), column('bad', given)];
    const act = (): unknown => encode({ format: 'parquet' }, columns, [['ok', cell]]);
    expect(act).toThrow(CellTypeError);
    expect(act).toThrow(`Column "bad" got `);
    expect(act).toThrow(expected);
  });

  it('with the column, the kind of the value and what would be right, without the value', () => {
    const error = new CellTypeError('n', new NumberText('1e9'), 'INTEGER: a whole number');
    expect(error.message).toBe('Column "n" got a number that does not fit, expected INTEGER: a whole number');
    expect(error).toMatchObject({ name: 'CellTypeError', column: 'n', expected: 'INTEGER: a whole number' });
  });
});
