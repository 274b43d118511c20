import { describe, expect, it } from '@jest/globals';
import { NumberText } from '@millrace/viewdef';
import type { Cell } from '@millrace/viewdef';
import { CellTypeError, ColumnListError } from '../errors.js';
import { column, columnsNamed, encode } from '../testing/encode.js';

describe('rows as a Parameters resource', () => {
  it('is a row with a part for each column that has a value', () => {
    const text = encode({ format: 'fhir' }, columnsNamed('a', 'b'), [
      ['x', null],
      [null, true],
      [null, null],
    ]).toString();
    expect(JSON.parse(text)).toEqual({
      resourceType: 'Parameters',
      parameter: [
        { name: 'row', part: [{ name: 'a', valueString: 'x' }] },
        { name: 'row', part: [{ name: 'b', valueBoolean: true }] },
        { name: 'row' },
      ],
    });
  });

  it('has no parameter without rows, because FHIR has no empty lists', () => {
    expect(encode({ format: 'fhir' }, columnsNamed('a'), []).toString()).toBe(
      '{"resourceType":"Parameters"}',
    );
  });

  it.each<[Parameters<typeof column>[1], Cell, string]>([
    [{ fhirType: 'boolean' }, false, '"valueBoolean":false'],
    [{ fhirType: 'positiveInt' }, 7, '"valueInteger":7'],
    [{ fhirType: 'integer64' }, new NumberText('12345678901234567'), '"valueInteger64":"12345678901234567"'],
    [{ fhirType: 'decimal' }, new NumberText('1.10'), '"valueDecimal":1.10'],
    [{ fhirType: 'id' }, 'p"1', String.raw`"valueString":"p\"1"`],
    [{ fhirType: 'date' }, '2020-01', '"valueDate":"2020-01"'],
    [{ fhirType: 'dateTime' }, '2020', '"valueDateTime":"2020"'],
    [{ fhirType: 'time' }, '10:00:00', '"valueTime":"10:00:00"'],
    [{ fhirType: 'base64Binary' }, 'AA==', '"valueBase64Binary":"AA=="'],
    [
      { fhirType: 'instant' },
      '2020-01-01T23:59:59.9996+02:00',
      '"valueInstant":"2020-01-02T00:00:00.000+02:00"',
    ],
    [{ ansiType: 'TIMESTAMP' }, '2020-01-01T00:00:00', '"valueDateTime":"2020-01-01T00:00:00"'],
    [{ ansiType: 'VARCHAR' }, 'x', '"valueString":"x"'],
    [{}, 5, '"valueInteger":5'],
    [{}, 2 ** 31, '"valueDecimal":2147483648'],
  ])('a column %j with %j has %s', (given, cell, written) => {
    const text = encode({ format: 'fhir' }, [column('c', given)], [[cell]]).toString();
    expect(text).toContain(`{"name":"c",${written}}`);
    JSON.parse(text);
  });

  it.each<[Parameters<typeof column>[1], Cell]>([
    [{ fhirType: 'boolean' }, 'true'],
    [{ fhirType: 'integer' }, 1.5],
    [{ fhirType: 'string' }, 5],
    [{}, ['a']],
  ])('a column %j refuses %j, and nothing is lost in silence', (given, cell) => {
    expect(() => encode({ format: 'fhir' }, [column('c', given)], [[cell]])).toThrow(CellTypeError);
  });

  it('refuses a column of lists before there is a row', () => {
    expect(() => encode({ format: 'fhir' }, [column('c', { collection: true })], [])).toThrow(
      ColumnListError,
    );
  });
});
