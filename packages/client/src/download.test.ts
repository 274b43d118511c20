import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { downloadExport } from './download.js';
import { manifestOf, sha256 } from './testing/table-manifest.js';
import { createVirtualClock } from './testing/virtual-clock.js';

let server: Server;
let origin: string;
let folder: string;
let requests: number;
let isDown: boolean;

beforeEach(async () => {
  requests = 0;
  isDown = false;
  server = createServer((_request, response) => {
    requests += 1;
    if (isDown) response.writeHead(503).end();
    else response.end('a\n1\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // Listening on TCP always gives an AddressInfo.
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  folder = await mkdtemp(join(tmpdir(), 'millrace-download-'));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

describe('a download of tables', () => {
  test('a failure that may pass is tried again for ten minutes', async () => {
    isDown = true;
    const file = { url: `${origin}/f/1`, rows: 0, bytes: 2, sha256: undefined };
    const clock = createVirtualClock();
    const start = clock.now();
    const failed = downloadExport(manifestOf(file), folder, { format: 'csv', clock });
    await expect(failed).rejects.toThrow('503');
    expect(clock.now() - start).toBeGreaterThan(8 * 60_000);
    expect(clock.now() - start).toBeLessThanOrEqual(10 * 60_000);
    expect(await readdir(folder)).toEqual([]);
  });

  test('a file that is there already, as the manifest states it, is not fetched again', async () => {
    const file = { url: `${origin}/f/1`, rows: 1, bytes: 4, sha256: sha256('a\n1\n') };
    await downloadExport(manifestOf(file), folder, { format: 'csv' });
    await downloadExport(manifestOf(file), folder, { format: 'csv' });
    expect(requests).toBe(1);
    // Of the same length.
    await writeFile(join(folder, 'patients.part1.csv'), 'a\n2\n');
    await downloadExport(manifestOf(file), folder, { format: 'csv' });
    expect(requests).toBe(2);
    expect(await readFile(join(folder, 'patients.part1.csv'), 'utf8')).toBe('a\n1\n');
  });

  test('bytes that were stored are told of, and taken back when the file begins again', async () => {
    const file = { url: `${origin}/f/1`, rows: 2, bytes: 4, sha256: undefined };
    const heard: number[] = [];
    const onBytes = (bytes: number): void => void heard.push(bytes);
    await expect(downloadExport(manifestOf(file), folder, { format: 'csv', onBytes })).rejects.toThrow(
      'has rows 1',
    );
    expect(heard).toEqual([4, -4, 4, -4]);
  });

  test('removes what a process left that was killed in the middle of a file', async () => {
    await writeFile(join(folder, '.999999999.patients.part1.csv.tmp'), 'a');
    await writeFile(join(folder, `.${process.ppid}.others.part1.csv.tmp`), 'a');
    await downloadExport(manifestOf(), folder, { format: 'csv' });
    expect(await readdir(folder)).toEqual([`.${process.ppid}.others.part1.csv.tmp`]);
  });
});
