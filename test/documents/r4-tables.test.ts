import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';

const SCRIPT = join(resolve(import.meta.dirname, '../..'), 'scripts/r4-tables.mjs');

test('the tables of FHIR R4 are those that its definitions give', () => {
  const { status, stderr } = spawnSync(process.execPath, [SCRIPT, '--check'], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
});
