import { describe, expect, test } from '@jest/globals';
import { representationFor } from './representation.js';

describe('a FHIR answer is written', () => {
  test.each([
    [undefined, 'application/fhir+json'],
    ['', 'application/fhir+json'],
    ['*/*', 'application/fhir+json'],
    ['application/*', 'application/fhir+json'],
    ['application/fhir+json', 'application/fhir+json'],
    ['Application/FHIR+JSON', 'application/fhir+json'],
    ['application/fhir+json; fhirVersion=4.0', 'application/fhir+json'],
    ['application/fhir+json;fhirVersion=4.0.1;charset=UTF-8', 'application/fhir+json'],
    ['application/fhir+json; fhirVersion="5.0"', 'application/fhir+json'],
    ['application/json', 'application/json'],
    ['text/json', 'text/json'],
    ['application/json;q=0.4, application/fhir+json;q=0.5', 'application/fhir+json'],
    ['application/fhir+json;q=0.4, application/json', 'application/json'],
    ['application/fhir+xml, application/fhir+json;q=0.1', 'application/fhir+json'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'application/fhir+json'],
    ['application/fhir+json;q=0, */*', 'application/json'],
  ])('for Accept %j as %s', (accept, expected) => {
    expect(representationFor(accept)).toBe(expected);
  });

  test.each([
    'application/fhir+xml',
    'text/csv',
    'application/vnd.apache.parquet, application/x-ndjson',
    'application/fhir+json;q=0',
    'application/fhir+json; fhirVersion=3.0',
    'application/fhir+json; profile=x',
    '*/*;q=0',
    'nonsense',
    ',',
  ])('in no way for Accept %j', (accept) => {
    expect(representationFor(accept)).toBeUndefined();
  });

  test.each([
    ['json', 'application/fhir+xml', 'application/fhir+json'],
    ['application/fhir json', 'application/fhir+xml', 'application/fhir+json'],
    ['application/json', undefined, 'application/json'],
    ['xml', 'application/json', undefined],
    ['application/fhir+xml', undefined, undefined],
    ['csv', 'application/json', 'application/json'],
    [['json', 'xml'], 'text/csv', undefined],
  ])('for _format=%s before Accept %s as %s', (format, accept, expected) => {
    expect(representationFor(accept, format)).toBe(expected);
  });
});
