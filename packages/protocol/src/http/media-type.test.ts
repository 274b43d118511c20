import { expect, test } from '@jest/globals';
import { isJson } from './media-type.js';

test.each(['application/json', 'application/fhir+json', ' Application/FHIR+JSON ; charset=utf-8'])(
  '%j is a media type of JSON',
  (mediaType) => {
    expect(isJson(mediaType)).toBe(true);
  },
);

test.each([undefined, '', 'text/plain', 'application/jsonl', 'application/fhir+xml', 'x; application/json'])(
  '%j is no media type of JSON',
  (mediaType) => {
    expect(isJson(mediaType)).toBe(false);
  },
);
