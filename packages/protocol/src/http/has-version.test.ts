import { describe, expect, test } from '@jest/globals';
import { hasVersion } from './has-version.js';

describe('a client has the version', () => {
  test.each([
    ['that it names', '"a"', '"a"'],
    ['that it names among others', '"x", "a" ,"y"', '"a"'],
    ['that it names as weak', 'W/"a"', '"a"'],
    ['that is weak and that it names as strong', '"1"', 'W/"1"'],
    ['whatever it is, when it names any', '*', '"a"'],
  ])('%s', (_, ifNoneMatch, etag) => {
    expect(hasVersion(ifNoneMatch, etag)).toBe(true);
  });
});

describe('a client does not have the version', () => {
  test.each([
    ['when it names none', undefined, '"a"'],
    ['when it names another', '"b"', '"a"'],
    ['when it names one of which it is a part', '"ab"', '"a"'],
    ['when it leaves out the quotes', 'a', '"a"'],
  ])('%s', (_, ifNoneMatch, etag) => {
    expect(hasVersion(ifNoneMatch, etag)).toBe(false);
  });
});
