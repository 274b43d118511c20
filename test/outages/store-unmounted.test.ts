import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SLOWLY_IN_CUTS } from '../e2e/slowly.js';
import { oracleRows, oracleView, writeObservations } from '../e2e/source-data.js';
import { startTestStack } from '../e2e/test-stack.js';
import { download, kickOff, rowsIn, untilProgress } from '../e2e/wire.js';
import { observe, report } from './observed.js';
import { AROUND_MS, OUTAGE_MS } from './outage-length.js';

let data: string;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'millrace-unmounted-'));
  await writeObservations(data, 12e6);
});
afterAll(async () => {
  await rm(data, { recursive: true, force: true });
});

test(
  'exports whose store is unmounted under them wait, write nothing into its empty place, and complete',
  async () => {
    const observation = oracleView('Observation');
    const environment = { ...SLOWLY_IN_CUTS, MAX_ATTEMPTS: '1', RETRY_DELAY: '300ms', LOG_LEVEL: 'info' };
    await using stack = await startTestStack({ data, workers: 2, environment });
    const request = { views: [observation.view], format: 'ndjson' };
    const statusUrls = [await kickOff(stack.api.fhirUrl, request), await kickOff(stack.api.fhirUrl, request)];
    await untilProgress(statusUrls[0] ?? '', 5);

    const looks = await Promise.all(stack.workers.map(observe));
    const elsewhere = `${stack.outFolder}-elsewhere`;
    await rename(stack.outFolder, elsewhere);
    await mkdir(stack.outFolder);
    await wait(OUTAGE_MS);
    expect(await readdir(stack.outFolder)).toEqual([]);
    const seen = await Promise.all(looks.map((look) => look()));
    await rm(stack.outFolder, { recursive: true });
    await rename(elsewhere, stack.outFolder);

    const expected = await oracleRows(observation, data);
    for (const statusUrl of statusUrls) {
      const { outputs } = await download(statusUrl);
      expect(rowsIn(outputs.get('observations'))).toEqual(expected);
    }
    for (const [index, observed] of seen.entries()) {
      report(`worker ${index + 1}, store unmounted`, observed);
      expect(observed.lines.filter((line) => line !== 'info shard committed').length).toBeLessThan(10);
    }
  },
  AROUND_MS + OUTAGE_MS,
);
