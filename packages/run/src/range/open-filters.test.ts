import { expect, test } from '@jest/globals';
import { writeIdSet } from '@millrace/scan';
import { createFilters } from './open-filters.js';

const SINCE = '2026-01-01T00:00:00Z';

/** A set of one id takes about 30. */
const BYTES_OF_TWO = 60;

function filters(): { open: ReturnType<typeof createFilters>; read: string[] } {
  const read: string[] = [];
  const open = createFilters(async (key) => {
    read.push(key);
    return key === 'none' ? undefined : writeIdSet(new Set([key]));
  }, BYTES_OF_TWO);
  return { open, read };
}

test('equal filters are one object, and their patients are read once for all resource types', async () => {
  const { open, read } = filters();
  const first = await open({ since: SINCE, patients: 'a' }, 'Patient', []);
  expect(await open({ since: SINCE, patients: 'a' }, 'Patient', [])).toBe(first);
  const other = await open({ since: SINCE, patients: 'a' }, 'Observation', []);
  expect(other).not.toBe(first);
  expect(other.patients?.ids).toBe(first.patients?.ids);
  expect(read).toEqual(['a']);
});

test('patients that were pushed out are read again, and no filter keeps the old ones', async () => {
  const { open, read } = filters();
  const first = await open({ patients: 'a' }, 'Patient', []);
  await open({ patients: 'b' }, 'Patient', []);
  await open({ patients: 'c' }, 'Patient', []);
  const again = await open({ patients: 'a' }, 'Patient', []);
  expect(read).toEqual(['a', 'b', 'c', 'a']);
  expect(again).not.toBe(first);
  expect(again.patients?.ids.has('a')).toBe(true);
});

test('a set of patients that is larger than all that may be kept serves every resource type', async () => {
  const read: string[] = [];
  const open = createFilters(async (key) => {
    read.push(key);
    return writeIdSet(new Set([key]));
  }, 1);
  await open({ patients: 'a' }, 'Patient', []);
  await open({ patients: 'a' }, 'Observation', []);
  expect(read).toEqual(['a']);
});

test('sets of single patients are not kept for ever, however little they take', async () => {
  const read: string[] = [];
  const open = createFilters(async (key) => {
    read.push(key);
    return writeIdSet(new Set([key]));
  });
  const keys = Array.from({ length: 100 }, (_, number) => `p${number}`);
  for (const patients of [...keys, 'p99', 'p0']) await open({ patients }, 'Patient', []);
  expect(read).toEqual([...keys, 'p0']);
});

test('a filter by time alone reads nothing, and one whose patients are gone is refused', async () => {
  const { open, read } = filters();
  expect((await open({ since: SINCE }, 'Device', [])).patients).toBeUndefined();
  expect(read).toEqual([]);
  await expect(open({ patients: 'none' }, 'Patient', [])).rejects.toThrow('none is missing');
});
