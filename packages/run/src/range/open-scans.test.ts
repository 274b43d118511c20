import { expect, test } from '@jest/globals';
import type { Scan } from '@millrace/scan';
import { compileView } from '@millrace/viewdef';
import type { CompiledView } from '@millrace/viewdef';
import { createScans } from './open-scans.js';
import type { OpenScan } from './open-scans.js';
import { createFilter } from './resource-filter.js';

const MEGABYTE = 1 << 20;
const [first, second, third] = [viewOf('id'), viewOf('gender'), viewOf('birthDate')];

function viewOf(path: string): CompiledView[] {
  return [compileView({ resource: 'Patient', select: [{ column: [{ name: 'value', path }] }] })];
}

function opened(open: OpenScan, together: CompiledView[]): Scan {
  const { scan } = open(together, 'csv');
  if (scan === undefined) throw new Error('the scan takes no view');
  return scan;
}

test('the scans used last are kept as long as they fit, the others are opened again', () => {
  const open = createScans('all', 48 * MEGABYTE);
  const scan = opened(open, first);
  opened(open, second);
  expect(opened(open, first)).toBe(scan);
  opened(open, third);
  opened(open, second);
  expect(opened(open, first)).not.toBe(scan);
});

test('a scan that is larger than all that may be kept is kept alone', () => {
  const open = createScans('all', MEGABYTE);
  const scan = opened(open, first);
  expect(scan.memoryBytes).toBeGreaterThan(MEGABYTE);
  expect(opened(open, first)).toBe(scan);
  opened(open, second);
  expect(opened(open, first)).not.toBe(scan);
});

test('other views, another format and another filter have scans of their own', () => {
  const open = createScans('all', 1024 * MEGABYTE);
  const scans = [
    open(first, 'csv'),
    open(second, 'csv'),
    open(first, 'ndjson'),
    open(
      first,
      'csv',
      createFilter('Patient', { since: '2026-01-01T00:00:00Z', patients: undefined, bases: [] }),
    ),
  ];
  expect(new Set(scans).size).toBe(scans.length);
});
