import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { oracleRows, oracleView, writeObservations } from '../e2e/source-data.js';
import { SLOWLY_IN_CUTS } from '../e2e/slowly.js';
import { startTestStack } from '../e2e/test-stack.js';
import { download, kickOff, resultOf, rowsIn, untilProgress } from '../e2e/wire.js';
import { observe, report } from './observed.js';
import { AROUND_MS, OUTAGE_MS } from './outage-length.js';
import { openSmallDisk } from './small-disk.js';

const environment = { ...SLOWLY_IN_CUTS, MAX_ATTEMPTS: '1', RETRY_DELAY: '300ms', LOG_LEVEL: 'info' };
const observation = oracleView('Observation');
const request = { views: [observation.view], format: 'ndjson' };

let data: string;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'millrace-disk-data-'));
  // Enough that exports are in the middle of it when the disk is full.
  await writeObservations(data, 60e6);
});
afterAll(async () => {
  await rm(data, { recursive: true, force: true });
});

test(
  'exports wait for a full disk without spending attempts, and complete once it has room',
  async () => {
    await using disk = await openSmallDisk(64);
    const places = { MILLRACE_OUT: join(disk.folder, 'out') };
    await using stack = await startTestStack({
      data,
      workers: 2,
      environment: { ...environment, ...places },
    });
    const statusUrls = [await kickOff(stack.api.fhirUrl, request), await kickOff(stack.api.fhirUrl, request)];
    await untilProgress(statusUrls[0] ?? '', 5);
    const services = [...stack.workers, stack.api.service];
    const looks = await Promise.all(services.map(observe));
    await disk.fill();
    await wait(OUTAGE_MS);
    for (let attempt = 0; attempt < 20; attempt += 1) {
      await expect(kickOff(stack.api.fhirUrl, request)).rejects.toThrow('kick-off: 503');
    }
    const seen = await Promise.all(looks.map((look) => look()));
    await disk.free();

    const expected = await oracleRows(observation, data);
    for (const statusUrl of statusUrls) {
      const { outputs } = await download(statusUrl);
      expect(rowsIn(outputs.get('observations'))).toEqual(expected);
    }
    for (const [index, observed] of seen.entries()) {
      report(`${index < 2 ? `worker ${index + 1}` : 'API'}, disk full`, observed);
      const lines = observed.lines.filter((line) => line !== 'info shard committed');
      expect(lines.length).toBeLessThan(10);
    }
    expect(seen.slice(0, 2).flatMap(({ lines }) => lines)).toContain('error dependency lost');
  },
  AROUND_MS + OUTAGE_MS,
);

test(
  'an export whose store stays away for longer than it is waited for fails, and says why',
  async () => {
    await using disk = await openSmallDisk(64);
    const places = { MILLRACE_OUT: join(disk.folder, 'out'), OUTAGE_PATIENCE: '2s' };
    await using stack = await startTestStack({
      data,
      workers: 1,
      environment: { ...environment, ...places },
    });
    const statusUrl = await kickOff(stack.api.fhirUrl, request);
    await untilProgress(statusUrl, 5);
    await disk.fill();
    const result = await resultOf(statusUrl);
    expect(result.status).toBe(500);
    const text = await result.text();
    expect(text).toMatch(/has waited for \d+ s for a store or source that it needs: object store cannot/);
    expect(text).not.toContain(disk.folder);
  },
  AROUND_MS,
);
