import { expect, test } from '@jest/globals';
import type { ProtocolError } from '../errors/errors.js';
import { readDefinitionQuery } from './definition-query.js';

test('commas separate values that may match, and an escaped comma is part of a value', () => {
  expect(readDefinitionQuery({ name: String.raw`blood\,pressure,weight`, status: 'active' })).toEqual({
    name: ['blood,pressure', 'weight'],
    status: ['active'],
  });
});

test.each([
  { _pretty: 'true' },
  { _format: 'json' },
  { _format: 'application/fhir+json' },
  { _format: 'application/fhir json' },
])('%j says how the answer is written, and searches for nothing', (query) => {
  expect(readDefinitionQuery({ ...query, _id: 'a' })).toEqual({ _id: ['a'] });
});

test.each([
  [{ title: 'x' }, '"title" is not a search parameter here'],
  [{ constructor: 'x' }, '"constructor" is not a search parameter here'],
  [{ url: ['a', 'b'] }, 'url is given more than once'],
  [{ _format: 'csv' }, '_format must name a media type'],
  [{ _format: ['json', 'json'] }, '_format must name a media type'],
])('%j is refused, because passing over it would find what was not asked for', (query, diagnostics) => {
  let refusal: ProtocolError | undefined;
  try {
    readDefinitionQuery(query);
  } catch (error) {
    refusal = error as ProtocolError;
  }
  expect(refusal).toMatchObject({ name: 'ProtocolError', status: 400 });
  expect(refusal?.issues).toEqual([expect.objectContaining({ code: 'not-supported' })]);
  expect(refusal?.message).toContain(diagnostics);
});
