import { describe, expect, test } from '@jest/globals';
import { COLUMN, judge, viewOf } from './testing/judge.js';

describe('the declared type of a column', () => {
  test.each([
    ['birthDate', 'integer', 'is integer, but "birthDate" yields date: no value of it fits'],
    ['birthDate', 'boolean', 'is boolean, but "birthDate" yields date: no value of it fits'],
    ['active', 'integer', 'is integer, but "active" yields boolean: no value of it fits'],
    ['active', 'date', 'is date, but "active" yields boolean: no value of it fits'],
    ['name', 'string', 'is string, but "name" yields HumanName: no value of it fits'],
    ['name', 'Address', 'is Address, but "name" yields HumanName: no value of it fits'],
    ['gender', 'CodeableConcept', 'is CodeableConcept, but "gender" yields code: no value of it fits'],
    ['name.count()', 'dateTime', 'is dateTime, but "name.count()" yields integer: no value of it fits'],
    ['gender', 'strng', 'is "strng", which is not a FHIR type; did you mean "string"?'],
    ['gender', 'String', 'is "String", which is not a FHIR type; did you mean "string"?'],
    [
      'managingOrganization.reference',
      'reference',
      'is "reference", which is not a FHIR type; "managingOrganization.reference" yields string',
    ],
  ])('refuses %s as %s', (path, type, diagnostics) => {
    expect(judge(viewOf('Patient', path, { type })).refused).toEqual([
      { kind: 'type', expression: `${COLUMN}.type`, diagnostics },
    ]);
  });

  const fails = (type: string): string =>
    `Parquet fails at a value that is not of type ${type}; other formats write it as it is`;

  test.each([
    ['id', 'integer', `is integer, but "id" yields id: ${fails('integer')}`],
    ['getResourceKey()', 'integer', `is integer, but "getResourceKey()" yields id: ${fails('integer')}`],
    ['gender', 'integer', `is integer, but "gender" yields code: ${fails('integer')}`],
    ['name.family', 'boolean', `is boolean, but "name.family" yields string: ${fails('boolean')}`],
    ['name.family', 'date', 'is date, but "name.family" yields string: values are written as they are'],
    ['active', 'string', 'is string, but "active" yields boolean: values are written as they are'],
    [
      'name.count()',
      'string',
      'is string, but "name.count()" yields integer: values are written as they are',
    ],
    ['birthDate', 'string', 'is string, but "birthDate" yields date: values are written as they are'],
    ['birthDate', 'dateTime', 'is dateTime, but "birthDate" yields date: values are written as they are'],
    ['birthDate', 'instant', `is instant, but "birthDate" yields date: ${fails('instant')}`],
    ['deceased', 'boolean', `is boolean, but "deceased" yields boolean or dateTime: ${fails('boolean')}`],
    [
      "extension('x').value.ofType(decimal)",
      'integer',
      `is integer, but "extension('x').value.ofType(decimal)" yields decimal: ${fails('integer')}`,
    ],
  ])('warns of %s as %s', (path, type, diagnostics) => {
    expect(judge(viewOf('Patient', path, { type }))).toEqual({
      refused: [],
      warnings: [{ kind: 'doubt', expression: `${COLUMN}.type`, diagnostics }],
    });
  });

  test.each([
    ['gender', 'string'],
    ['name.family', 'code'],
    ['id', 'string'],
    ['meta.profile', 'uri'],
    ['meta.profile', 'string'],
    ['birthDate', 'http://hl7.org/fhir/StructureDefinition/date'],
    ['name.count()', 'decimal'],
    ['name.count()', 'integer64'],
    ['name.count()', 'positiveInt'],
    ['name', 'HumanName'],
    ['contact', 'BackboneElement'],
    ["extension('x').value", 'string'],
    ['contained', 'Patient'],
    ['type().name', 'string'],
  ])('takes %s as %s', (path, type) => {
    expect(judge(viewOf('Patient', path, { type }))).toEqual({ refused: [], warnings: [] });
  });
});
