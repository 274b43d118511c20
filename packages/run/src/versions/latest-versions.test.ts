import { expect, test } from '@jest/globals';
import { momentOf } from '@millrace/fhir';
import { createLatestVersions } from './latest-versions.js';
import { hashOf, shareOf } from './id-hash.js';

test('ids with the same hash are different resources', () => {
  const latest = createLatestVersions();
  const take = (id: string, offset: number) =>
    latest.take(Buffer.from(id), 7, undefined, { input: 0, offset, length: 1 });
  expect([take('a', 0), take('b', 10), take('a', 20), take('b', 30)].map((line) => line?.offset)).toEqual([
    undefined,
    undefined,
    0,
    10,
  ]);
});

test('a table grows, and knows its ids and times as before', () => {
  const latest = createLatestVersions();
  const changed = momentOf('2026-01-01T00:00:00.1234567891Z');
  const take = (n: number, at: typeof changed, offset: number) => {
    const id = Buffer.from(`id-${n}`);
    return latest.take(id, hashOf(id), at, { input: 1, offset, length: 5 });
  };
  const ids = Array.from({ length: 5000 }, (_, n) => n);
  expect(ids.map((n) => take(n, changed, n)).every((line) => line === undefined)).toBe(true);
  const older = momentOf('2026-01-01T00:00:00.123456789Z');
  expect(ids.map((n) => take(n, older, 1e12 + n)?.offset)).toEqual(ids.map((n) => 1e12 + n));
  expect(ids.map((n) => take(n, changed, 1e6)?.offset)).toEqual(ids);
});

test('a table that would hold too many ids refuses', () => {
  const latest = createLatestVersions(1024);
  const take = (n: number) => {
    const id = Buffer.from(`id-${n}`);
    return latest.take(id, hashOf(id), undefined, { input: 0, offset: n, length: 1 });
  };
  for (let n = 0; n < 1024; n += 1) take(n);
  expect(() => take(1024)).toThrow('there are more than 1024 ids');
});

test('every id is in one share, and shares are of about the same size', () => {
  const counts = [0, 0, 0, 0, 0];
  for (let n = 0; n < 10_000; n += 1) {
    const share = shareOf(hashOf(Buffer.from(`patient-${n}`)), counts.length);
    counts[share] = (counts[share] ?? 0) + 1;
  }
  expect(counts).toHaveLength(5);
  for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(200);
});
