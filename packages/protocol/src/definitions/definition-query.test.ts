import { expect, test } from '@jest/globals';
import type { ProtocolError } from '../errors/errors.js';
import { readCondition, readDefinitionQuery } from './definition-query.js';

const read = (query: string) => readDefinitionQuery('Library', query);

test('commas separate values that may match, and an escaped comma is part of a value', () => {
  expect(read(String.raw`name=blood\,pressure,weight&status=active`)).toEqual({
    count: 1000,
    criteria: [
      { parameter: 'name', values: ['blood,pressure', 'weight'] },
      { parameter: 'status', values: ['active'] },
    ],
  });
});

test('a repeated parameter must match each time, and a token keeps what divides it', () => {
  expect(read(String.raw`_id=a&_id=b,c&identifier=http://s%7Cx\|y`).criteria).toEqual([
    { parameter: '_id', values: ['a'] },
    { parameter: '_id', values: ['b', 'c'] },
    { parameter: 'identifier', values: [String.raw`http://s|x\|y`] },
  ]);
});

test.each([
  '_pretty=true',
  '_format=json',
  '_format=application/fhir%2Bjson',
  '_format=application/fhir+json',
])('%s says how the answer is written, and searches for nothing', (query) => {
  expect(read(`?${query}&_id=a`)).toEqual({ count: 1000, criteria: [{ parameter: '_id', values: ['a'] }] });
});

test('a page has as many definitions as the server gives at most, and may have none', () => {
  expect(read('_count=100000')).toEqual({ count: 1000, criteria: [] });
  expect(read('_count=0')).toMatchObject({ count: 0 });
  expect(read('_summary=count')).toMatchObject({ count: 0 });
  expect(read('_count=2&_cursor=a')).toEqual({ count: 2, after: 'a', criteria: [] });
});

test.each([
  ['color=x', 'not-supported', '"color" is not a search parameter of Library here'],
  ['constructor=x', 'not-supported', '"constructor" is not a search parameter'],
  ['__proto__=x', 'not-supported', '"__proto__" is not a search parameter'],
  ['resource=Patient', 'not-supported', '"resource" is not a search parameter of Library here'],
  ['url:below=http://x', 'not-supported', 'this modifier of url is not supported'],
  ['name:exact:exact=x', 'not-supported', 'this modifier of name is not supported'],
  ['title:missing=1', 'value', 'expected true or false'],
  ['_lastUpdated=yesterday', 'value', 'expected a date'],
  ['_sort=-name', 'not-supported', 'in the order of their ids'],
  ['_elements=id', 'not-supported', 'told whole'],
  ['_count=-1', 'value', 'expected a whole number'],
  ['_summary=true', 'not-supported', 'told whole'],
  ['_format=csv', 'not-supported', '_format must name a media type'],
  ['status=', 'value', 'status has no value'],
  [`_id=${'a,'.repeat(500)}`, 'too-costly', '501 values'],
])('%j is refused, because passing over it would find what was not asked for', (query, code, diagnostics) => {
  let refusal: ProtocolError | undefined;
  try {
    read(query);
  } catch (error) {
    refusal = error as ProtocolError;
  }
  expect(refusal).toMatchObject({ name: 'ProtocolError', status: 400 });
  expect(refusal?.issues).toEqual([expect.objectContaining({ code })]);
  expect(refusal?.message).toContain(diagnostics);
});

test('a condition has a criterion, with or without the address of the type', () => {
  const expected = [{ parameter: 'url', values: ['http://x.org/a?b'] }];
  expect(readCondition('Library', 'url=http://x.org/a%3Fb', 'If-None-Exist')).toEqual(expected);
  expect(readCondition('Library', 'Library?url=http://x.org/a%3Fb', 'If-None-Exist')).toEqual(expected);
  for (const empty of ['', '?', '_format=json'])
    expect(() => readCondition('Library', empty, 'If-None-Exist')).toThrow('If-None-Exist has no search');
  expect(() => readCondition('Library', '_count=1', 'If-None-Exist')).toThrow('"_count" is not');
});
