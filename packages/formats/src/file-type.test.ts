import { expect, it } from '@jest/globals';
import { fileExtension, mediaType } from './file-type.js';

it.each([
  ['csv', 'text/csv'],
  ['json', 'application/json'],
  ['ndjson', 'application/x-ndjson'],
  ['parquet', 'application/vnd.apache.parquet'],
] as const)('a file of format %s is named after it and has media type %s', (format, type) => {
  expect(fileExtension(format)).toBe(format);
  expect(mediaType(format)).toBe(type);
});
