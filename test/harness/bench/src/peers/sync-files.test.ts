import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { syncFiles } from './sync-files.js';

test('a file and a folder of files can be synced, and output that is not there is an error', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-sync-'));
  try {
    await mkdir(join(folder, 'rows'));
    await writeFile(join(folder, 'rows', '0.csv'), 'id\n');
    await syncFiles(folder);
    await syncFiles(join(folder, 'rows', '0.csv'));
    await expect(syncFiles(join(folder, 'none'))).rejects.toThrow('ENOENT');
  } finally {
    await rm(folder, { recursive: true });
  }
});
