import { describe, expect, test } from '@jest/globals';
import { NumberText } from '@millrace/viewdef';
import type { Cell } from '@millrace/viewdef';
import { partitionText } from './partition-text.js';
import { column } from './testing/encode.js';

const parquet = { format: 'parquet' } as const;

describe('the text of a partition', () => {
  test.each<[string, Parameters<typeof column>[1], Cell, string | null]>([
    ['a text', { fhirType: 'code' }, 'male', 'male'],
    ['a boolean', { fhirType: 'boolean' }, true, 'true'],
    ['an integer', { fhirType: 'integer' }, 12, '12'],
    ['an integer in another spelling', { fhirType: 'integer' }, new NumberText('1.20e1'), '12'],
    ['a large integer', { fhirType: 'integer64' }, '9007199254740993', '9007199254740993'],
    ['a day', { fhirType: 'date', ansiType: 'DATE' }, '1980-05-01', '1980-05-01'],
    ['nothing', { fhirType: 'date', ansiType: 'DATE' }, null, null],
  ])('of %s is that of its type in Parquet', (_, type, cell, text) => {
    expect(partitionText(column('c', type), parquet)(cell)).toEqual({ text });
  });

  test('is what other formats would write', () => {
    const ofText = partitionText(column('c', { fhirType: 'integer' }), { format: 'csv' });
    expect(ofText(new NumberText('1.0'))).toEqual({ text: '1.0' });
    expect(ofText('x')).toEqual({ text: 'x' });
    expect(ofText(null)).toEqual({ text: null });
  });

  test('of a value that does not fit is an error without the value, or null', () => {
    const born = column('born', { fhirType: 'date', ansiType: 'DATE' });
    expect(() => partitionText(born, parquet)('1980-05')).toThrow(/^Column "born" got (?!.*1980-05)/);
    const lenient = partitionText(born, { ...parquet, onMismatch: 'null' });
    expect(lenient('1980-05')).toEqual({ text: null, isMismatch: true });
  });
});
