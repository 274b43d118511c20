import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { commandsOf } from './document-blocks.js';

const root = resolve(import.meta.dirname, '../..');
/** The program, in a folder of its own environment. */
const DBT = process.env['DBT'] ?? 'dbt';

test('the example project for dbt builds its model over tables of the views, and its tests pass', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-dbt-'));
  try {
    await cp(join(root, 'docs/dbt'), folder, { recursive: true });
    const script = commandsOf('dbt/README.md')
      .join('\n')
      .replaceAll('npx millrace', `node ${join(root, 'packages/cli/bin/millrace.cjs')}`)
      .replaceAll('../../packages/samples', join(root, 'packages/samples'));
    const { stdout } = await promisify(execFile)('sh', ['-euc', script], {
      cwd: folder,
      env: { ...process.env, PATH: `${dirname(DBT)}:${process.env['PATH']}`, DO_NOT_TRACK: '1' },
    });
    expect(stdout).toMatch(/PASS=3 WARN=0 ERROR=0/);
    expect(stdout.replace(/\s/g, '')).toContain('{"gender":"female","conditions":10,"patients":6}');
  } finally {
    await rm(folder, { recursive: true });
  }
}, 120_000);
