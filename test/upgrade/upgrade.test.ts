import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { startStack } from '../e2e/stack.js';
import { download, kickOff, rowsIn } from '../e2e/wire.js';
import type { FinishedExport } from '../e2e/wire.js';
import { REDIS_URL } from '../redis-url.js';
import { loadState } from './load-state.js';
import type { LoadedState } from './load-state.js';
import { ROWS, VIEWS } from './people.js';

jest.setTimeout(120_000);

/** Short, as the leases of the saved installation are. */
const ENVIRONMENT = { SHARD_BYTES: '3000', PART_ROWS: '8', LEASE: '5s', LEASE_MARGIN: '500ms' };

let redis: Redis;
beforeAll(() => {
  redis = new Redis(REDIS_URL);
});
afterAll(() => redis.disconnect());

function stackOver(state: LoadedState, prefix: string, workers: number): ReturnType<typeof startStack> {
  const environment = { ...ENVIRONMENT, REDIS_PREFIX: prefix, MILLRACE_OUT: state.out };
  return startStack({ data: state.data, workers, environment });
}

function expectAllRows({ outputs }: FinishedExport): void {
  for (const name of ['people', 'names'] as const) expect(rowsIn(outputs.get(name))).toEqual(ROWS[name]);
}

test('exports of the version before go on where they were, and what it had finished is still served', async () => {
  await using state = await loadState();
  const prefix = `{upgrade-${randomUUID()}}`;
  await state.fillRedis(redis, prefix);
  await using stack = await stackOver(state, prefix, 1);
  const statusOf = (id: string): string => `${stack.api.fhirUrl}/export/${id}/status`;

  const completed = await download(statusOf(state.exports.completed));
  expectAllRows(completed);
  const running = await download(statusOf(state.exports.running));
  expectAllRows(running);
  // What was committed is in the result and was not done again.
  const kept = state.partsOf(state.exports.running);
  const manifest = await readFile(join(state.out, 'default', state.exports.running, 'manifest.json'), 'utf8');
  expect(kept.length).toBeGreaterThan(0);
  for (const key of kept) expect(manifest).toContain(key);
  expectAllRows(await download(statusOf(state.exports.waiting)));
});

test('exports of the version before outlive the loss of everything in Redis too', async () => {
  await using state = await loadState();
  const prefix = `{upgrade-${randomUUID()}}`;
  await using stack = await stackOver(state, prefix, 1);
  for (const id of Object.values(state.exports)) {
    expectAllRows(await download(`${stack.api.fhirUrl}/export/${id}/status`));
  }
});

test('stored views of the version before are read and exported', async () => {
  await using state = await loadState();
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
    ...{ views: [], format: 'ndjson', more: [byReference('people')] },
  });
  expect(rowsIn((await download(statusUrl)).outputs.get('people'))).toEqual(ROWS.people);
  // A new request is held to what is checked now, unless it asks for leniency.
  await expect(
    kickOff(stack.api.fhirUrl, { views: [], format: 'ndjson', more: [byReference('names')] }),
  ).rejects.toThrow('familly');
});
