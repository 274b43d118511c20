import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { LocalStack } from '@millrace/local-stack';
import { until } from '../until.js';
import { openOwners } from './owners.js';
import type { Owners } from './owners.js';
import { startTestStack } from './test-stack.js';
import { kickOff, resultOf } from './wire.js';

jest.setTimeout(300_000);

const A_MINUTE_MS = 60_000;
const PREFIX = `{e2e-${randomUUID()}}`;

let data: string;
/** Folder of files that settings name. */
let settings: string;
let stack: LocalStack;
let owners: Owners;

const iterations = ['name', 'telecom', 'address'];
/** Patients of whom a view can make 8 million combinations, and one of whom it can make a hundred billion. */
const patient = (id: string, items: number) =>
  JSON.stringify({
    resourceType: 'Patient',
    id,
    ...Object.fromEntries(iterations.map((name) => [name, Array(items).fill({ id: 'x' })])),
  });

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'millrace-costly-'));
  settings = await mkdtemp(join(tmpdir(), 'millrace-settings-'));
  const slow = Array.from({ length: 3000 }, (_, at) => patient(`p${at}`, 200));
  await writeFile(join(data, 'Patient.ndjson'), `${slow.join('\n')}\n`);
  const group = { resourceType: 'Group', id: 'g1', type: 'person', actual: true };
  await writeFile(join(data, 'Group.ndjson'), `${JSON.stringify(group)}\n`);
  await writeFile(
    join(data, 'Practitioner.ndjson'),
    `${patient('endless', 5000).replace('Patient', 'Practitioner')}\n`,
  );
  await writeFile(join(data, 'Location.ndjson.gz'), gzipSync(Buffer.alloc(65 << 20, '\n')));
  stack = await startTestStack({
    data,
    workers: 3,
    environment: { REDIS_PREFIX: PREFIX, ENGINE_THREADS: '1', SHARD_BYTES: '1000000' },
  });
  owners = await openOwners(PREFIX, stack.outFolder);
});

afterAll(async () => {
  await owners[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
  await rm(settings, { recursive: true });
  await rm(data, { recursive: true });
});

const column = [{ name: 'id', path: 'id' }];
/** Every combination of the items, and not one row. */
const product = (resource: string) => ({
  resourceType: 'ViewDefinition',
  name: `product_${resource.toLowerCase()}`,
  status: 'active',
  resource,
  select: [
    ...iterations.map((forEach) => ({ forEach, column: [{ name: forEach, path: 'id' }] })),
    { forEach: 'contact.telecom', column: [{ name: 'none', path: 'id' }] },
  ],
});
const groups = {
  resourceType: 'ViewDefinition',
  name: 'groups',
  status: 'active',
  resource: 'Group',
  select: [{ column }],
};

async function untilTaken(exportIds: readonly string[]): Promise<void> {
  await until(async () => {
    const records = await Promise.all(exportIds.map((id) => owners.read(id)));
    return records.every((record) => (record?.shardsTotal ?? 0) > 0);
  }, 'the exports to have their plans');
}

const untilOver = (exportId: string) =>
  until(
    async () => {
      const record = await owners.read(exportId);
      return record?.expiresAt === undefined ? undefined : record.state;
    },
    'the export to be over',
    A_MINUTE_MS,
  );

describe('three workers', () => {
  test('end three exports that would never end, and complete others within a minute', async () => {
    const endless = {
      ...product('Practitioner'),
      select: product('Practitioner')
        .select.slice(0, 3)
        .concat([{ forEach: 'qualification', column: [{ name: 'none', path: 'id' }] }]),
    };
    const statuses = await Promise.all(
      [1, 2, 3].map(() => kickOff(stack.api.fhirUrl, { views: [endless], format: 'csv' })),
    );
    await untilTaken(statuses.map((status) => /export\/(\w+)\/status/.exec(status)?.[1] ?? ''));
    const other = await owners.kickOff('another', groups);
    const own = await kickOff(stack.api.fhirUrl, { views: [groups], format: 'csv' });
    const [otherState, ownResult] = await Promise.all([untilOver(other), resultOf(own, A_MINUTE_MS)]);
    expect(otherState).toBe('completed');
    expect(ownResult.status).toBe(200);
    for (const status of statuses) {
      const failed = await resultOf(status);
      expect(failed.status).toBe(422);
      expect(await failed.json()).toMatchObject({
        issue: [
          {
            code: 'too-costly',
            diagnostics: expect.stringMatching(
              /^evaluating the view "product_practitioner" on the resource at byte offset 0 of Practitioner\.ndjson took longer than the 10 s that it may$/,
            ),
            expression: ['subject[0]'],
          },
        ],
      });
    }
  });

  test('which one client keeps busy for long, complete an export of another one within a minute', async () => {
    // Each resource takes a part of a second, and there are thousands.
    const long = await Promise.all([1, 2, 3].map(() => owners.kickOff('busy', product('Patient'))));
    await untilTaken(long);
    const other = await owners.kickOff('another', groups);
    expect(await untilOver(other)).toBe('completed');
    for (const id of long) {
      expect((await owners.read(id))?.state).toBe('in-progress');
      await owners.cancel(id);
    }
  });
});

describe('an export that writes, reads or runs more than it may', () => {
  test.each([
    ['rows', { EXPORT_LIMIT_ROWS: '2999' }, {}, /written \d+ rows; one export may/],
    ['bytes', { EXPORT_LIMIT_BYTES: '10000' }, {}, /written \d+ bytes; one export may/],
    ['files', {}, { exportFiles: 1 }, /written \d+ files; one export may/],
    ['gzip', {}, { gzipRatio: 7 }, /^gzip input Location\.ndjson\.gz has .* and may have 7 for each/],
    ['seconds', {}, { exportSeconds: 1.5 }, /^the export has run for 1\.5 s, which is the most/],
  ])(
    'of %s fails, also where its last file is the one too many',
    async (what, environment, limits, reason) => {
      const file = join(settings, `tenants-${what}.json`);
      await writeFile(file, JSON.stringify({ tenants: { default: { sources: ['default'], limits } } }));
      await using limited = await startTestStack({
        data,
        workers: 1,
        environment: { ...environment, AUTH_TENANTS_FILE: file },
      });
      const view =
        what === 'seconds'
          ? product('Patient')
          : { ...groups, resource: what === 'gzip' ? 'Location' : 'Patient' };
      const views = what === 'files' ? [view, { ...view, name: 'again' }] : [view];
      const failed = await resultOf(await kickOff(limited.api.fhirUrl, { views, format: 'csv' }));
      expect(failed.status).toBe(422);
      expect(await failed.json()).toMatchObject({
        issue: [
          {
            code: 'too-costly',
            diagnostics: expect.stringMatching(reason),
          },
        ],
      });
    },
  );
});
