import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { startTestStack } from '../e2e/test-stack.js';
import { download, kickOff, rowsIn } from '../e2e/wire.js';
import type { FinishedExport } from '../e2e/wire.js';
import { REDIS_URL } from '../redis-url.js';
import { SAVED_NAMES, loadState } from './load-state.js';
import type { LoadedState } from './load-state.js';
import { CHOSEN_ROWS, ROWS, VIEWS } from './people.js';
import type { Rows } from './people.js';

jest.setTimeout(120_000);

/** Short, as the leases of the saved installation are. */
const ENVIRONMENT = { SHARD_BYTES: '3000', PART_ROWS: '8', LEASE: '5s', LEASE_MARGIN: '500ms' };

let redis: Redis;
beforeAll(() => {
  redis = new Redis(REDIS_URL);
});
afterAll(() => redis.disconnect());

function stackOver(state: LoadedState, prefix: string, workers: number): ReturnType<typeof startTestStack> {
  const environment = { ...ENVIRONMENT, REDIS_PREFIX: prefix, MILLRACE_OUT: state.out };
  return startTestStack({ data: state.data, workers, environment });
}

function expectRows({ outputs }: FinishedExport, rows: Rows): void {
  for (const name of ['people', 'names'] as const) expect(rowsIn(outputs.get(name))).toEqual(rows[name]);
}

function rowsOfExport(name: string): Rows {
  return name === 'filtered' ? CHOSEN_ROWS : ROWS;
}

describe.each(SAVED_NAMES)('exports of the version before (%s)', (name) => {
  test('go on where they were, and finished exports are still served', async () => {
    await using state = await loadState(name);
    const prefix = `{upgrade-${randomUUID()}}`;
    await state.fillRedis(redis, prefix);
    await using stack = await stackOver(state, prefix, 1);
    const { completed, waiting, ...running } = state.exports;
    const statusOf = (id: string): string => `${stack.api.fhirUrl}/export/${id}/status`;

    expectRows(await download(statusOf(completed)), ROWS);
    for (const [which, id] of Object.entries(running)) {
      expectRows(await download(statusOf(id)), rowsOfExport(which));
      // The result has the committed rows, and no worker did them again.
      const kept = state.partsOf(id);
      const manifest = await readFile(join(state.out, 'default', id, 'manifest.json'), 'utf8');
      expect(kept.length).toBeGreaterThan(0);
      for (const key of kept) expect(manifest).toContain(key);
    }
    expectRows(await download(statusOf(waiting)), ROWS);
  });

  test('outlive the loss of everything in Redis too', async () => {
    await using state = await loadState(name);
    await using stack = await stackOver(state, `{upgrade-${randomUUID()}}`, 1);
    for (const [which, id] of Object.entries(state.exports)) {
      expectRows(await download(`${stack.api.fhirUrl}/export/${id}/status`), rowsOfExport(which));
    }
  });
});

test('stored views of the version before are read and exported', async () => {
  await using state = await loadState('unchecked-views');
  const prefix = `{upgrade-${randomUUID()}}`;
  await state.fillRedis(redis, prefix);
  await using stack = await stackOver(state, prefix, 1);
  for (const [id, view] of Object.entries(VIEWS)) {
    const response = await fetch(`${stack.api.fhirUrl}/ViewDefinition/${id}`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ ...view, id });
  }
  const byReference = (id: string): object => ({
    name: 'subject',
    part: [{ name: 'subjectReference', valueReference: { reference: `ViewDefinition/${id}` } }],
  });
  const statusUrl = await kickOff(stack.api.fhirUrl, {
    views: [],
    format: 'ndjson',
    more: [byReference('people')],
  });
  expect(rowsIn((await download(statusUrl)).outputs.get('people'))).toEqual(ROWS.people);
  // A new request is held to what is checked now, unless it asks for leniency.
  await expect(
    kickOff(stack.api.fhirUrl, { views: [], format: 'ndjson', more: [byReference('names')] }),
  ).rejects.toThrow('familly');
});
