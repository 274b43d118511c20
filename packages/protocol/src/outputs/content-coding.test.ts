import { describe, expect, it } from '@jest/globals';
import { contentCodings, gzipTag } from './content-coding.js';

describe('the codings that a client takes', () => {
  it.each([
    [undefined, ['identity']],
    ['', ['identity']],
    ['gzip', ['gzip', 'identity']],
    ['gzip, deflate, br', ['gzip', 'identity']],
    ['*', ['gzip', 'identity']],
    ['br', ['identity']],
    ['gzip;q=0', ['identity']],
    ['identity, gzip;q=0.5', ['identity', 'gzip']],
    ['gzip, identity;q=0', ['gzip']],
    ['identity;q=0', []],
    ['*;q=0', []],
  ])('of a file of text with %s', (header, expected) => {
    expect(contentCodings(header, 'ndjson')).toEqual(expected);
  });

  it.each([
    ['gzip', ['identity']],
    ['gzip, identity;q=0', []],
  ])('of Parquet with %s', (header, expected) => {
    expect(contentCodings(header, 'parquet')).toEqual(expected);
  });
});

it('a file in gzip has an ETag of its own', () => {
  expect(gzipTag('"abc"')).toBe('"abc-gzip"');
});
