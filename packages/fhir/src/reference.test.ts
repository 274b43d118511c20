import { describe, expect, test } from '@jest/globals';
import { canonicalText, parseCanonical } from './canonical.js';
import { parseReference } from './reference.js';

describe('a literal reference', () => {
  test.each([
    ['ViewDefinition/a-1', { type: 'ViewDefinition', id: 'a-1', versionId: undefined, base: undefined }],
    ['Patient/x/_history/3', { type: 'Patient', id: 'x', versionId: '3', base: undefined }],
    [
      'https://h.org/a/fhir/Patient/x',
      { type: 'Patient', id: 'x', versionId: undefined, base: 'https://h.org/a/fhir' },
    ],
  ])('%s names a resource', (text, reference) => {
    expect(parseReference(text)).toEqual(reference);
  });

  test.each([
    '#contained',
    'urn:uuid:0c3f',
    'Patient',
    'Patient/',
    'patient/1',
    'Patient/a_b',
    '../Patient/1',
    'ftp://h.org/Patient/1',
    'https://h.org/v/bp|1',
  ])('%s names none', (text) => {
    expect(parseReference(text)).toBeUndefined();
  });
});

describe('a canonical', () => {
  test.each([
    ['http://x.org/v', 'http://x.org/v', undefined],
    ['http://x.org/v|1.0', 'http://x.org/v', '1.0'],
    ['http://x.org/v|', 'http://x.org/v', undefined],
    ['http://x.org/v|1|2', 'http://x.org/v', '1|2'],
  ])('%s is a URL and a version', (text, url, version) => {
    expect(parseCanonical(text)).toEqual({ url, version });
  });

  test('without a URL is undefined', () => {
    expect(parseCanonical('|1.0')).toBeUndefined();
  });

  test('is written as it was read', () => {
    expect(canonicalText({ url: 'http://x.org/v', version: '1.0' })).toBe('http://x.org/v|1.0');
    expect(canonicalText({ url: 'http://x.org/v', version: undefined })).toBe('http://x.org/v');
  });
});
