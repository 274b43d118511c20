import { describe, expect, test } from '@jest/globals';
import { contentDisposition, downloadHeaders } from './download.js';
import { exportUrls } from '../http/urls.js';

describe('a download', () => {
  test.each([
    ['ndjson', 'application/x-ndjson'],
    ['csv', 'text/csv'],
    ['json', 'application/json'],
    ['parquet', 'application/vnd.apache.parquet'],
  ] as const)('of %s has its native media type', (format, mediaType) => {
    const headers = downloadHeaders({ name: `a.part1.${format}`, sha256: 'abc' }, { format }, 0);
    expect(headers).toMatchObject({
      'Content-Type': mediaType,
      'Content-Disposition': `attachment; filename="a.part1.${format}"`,
      ETag: '"abc"',
      Expires: 'Thu, 01 Jan 1970 00:00:00 GMT',
    });
  });

  test.each([
    ['Blood pressure.part1.csv', 'attachment; filename="Blood pressure.part1.csv"'],
    ['a"b.csv', `attachment; filename="a_b.csv"; filename*=UTF-8''a%22b.csv`],
    ["é'(1).csv", `attachment; filename="_'(1).csv"; filename*=UTF-8''%C3%A9%27%281%29.csv`],
  ])('of %s is saved under that name', (name, header) => {
    expect(contentDisposition(name)).toBe(header);
  });
});

describe('the addresses of an export', () => {
  test('are absolute, with or without a slash after the base', () => {
    for (const base of ['https://h.org/fhir', 'https://h.org/fhir/']) {
      const urls = exportUrls(base, 'e1');
      expect([urls.status, urls.result, urls.file('a.csv')]).toEqual([
        'https://h.org/fhir/export/e1/status',
        'https://h.org/fhir/export/e1/result',
        'https://h.org/fhir/export/e1/files/a.csv',
      ]);
    }
  });

  test('hold any output name', () => {
    expect(exportUrls('https://h.org', 'e1').file('a b?#%$&.csv')).toBe(
      'https://h.org/export/e1/files/a%20b%3F%23%25%24%26.csv',
    );
  });
});
