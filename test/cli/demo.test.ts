import { expect, jest, test } from '@jest/globals';
import { millrace } from './millrace.js';

jest.setTimeout(120_000);

test('the demo shows rows of three views, the manifest and where to look, and leaves with 0', async () => {
  const { code, out } = await millrace('demo', '--exit');
  expect(code).toBe(0);
  expect(out.match(/^\w+: \d+ rows$/gm)).toHaveLength(3);
  expect(out).toMatch(/manifest of export \S+: completed/);
  for (const place of ['API', 'queue board', 'metrics'])
    expect(out).toMatch(new RegExp(`^${place} +http://`, 'm'));
});
