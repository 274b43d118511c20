import { expect, test } from '@jest/globals';
import { chooseForm } from './choose-form.js';
import type { RunFormat } from '../outputs/format.js';

test.each<[RunFormat | undefined, string | undefined, string]>([
  [undefined, undefined, 'ndjson none'],
  [undefined, ' ', 'ndjson none'],
  [undefined, '*/*', 'ndjson none'],
  [undefined, 'text/*', 'csv none'],
  [undefined, 'text/csv;charset=utf-8', 'csv none'],
  [undefined, 'application/json;q=0.5, text/csv', 'csv none'],
  [undefined, 'application/fhir+json', '406'],
  [undefined, 'application/fhir+json, application/json;q=0.9', 'json none'],
  [undefined, 'image/png', 'ndjson none'],
  ['csv', 'image/png', 'csv none'],
  ['csv', 'application/json', 'csv none'],
  ['csv', 'application/fhir+json; fhirVersion=4.0', 'csv Binary'],
  ['json', 'application/fhir+json', 'json Binary'],
  ['json', 'application/json, application/fhir+json;q=0.1', 'json none'],
  ['parquet', 'application/fhir+json', '406'],
  ['parquet', 'application/octet-stream', 'parquet none'],
  ['fhir', 'application/fhir+json', 'fhir none'],
  ['fhir', 'application/json', 'fhir none'],
  ['fhir', 'application/fhir+xml', '406'],
  ['csv', 'application/fhir+xml', '406'],
])('_format %s with Accept %j is sent as %s', (asked, accept, expected) => {
  const form = chooseForm(asked, accept);
  expect(form === undefined ? '406' : `${form.format} ${form.envelope}`).toBe(expected);
});
