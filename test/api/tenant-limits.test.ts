import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { accepted, kickOff, outcomeOf, parameters, patientView, subject } from './requests.js';
import { openPlatform } from './start-api.js';
import type { Platform } from './start-api.js';

let platform: Platform;
beforeAll(async () => {
  platform = await openPlatform();
});
afterAll(() => platform.close());

async function start(limits: object) {
  const file = join(platform.out, '..', 'tenants.json');
  await writeFile(file, JSON.stringify({ tenants: { default: { sources: ['default'], limits } } }));
  return platform.start({ AUTH_TENANTS_FILE: file });
}

test('all instances together count the kick-offs and the polls of a tenant in a minute', async () => {
  const limits = { kickOffsPerMinute: 3, pollsPerMinute: 3 };
  const [one, other] = [await start(limits), await start(limits)];
  const status = (await kickOff(one.fhirUrl)).headers.get('content-location') ?? '';
  const urlOfOther = status.replace(one.fhirUrl, other.fhirUrl);
  // Two minutes may meet while the test runs: of twice as many and one more, at least one is too many.
  for (const [what, ask] of [
    ['kick-offs', (round: number) => kickOff((round % 2 === 0 ? one : other).fhirUrl)],
    ['polls', (round: number) => fetch(round % 2 === 0 ? status : urlOfOther)],
  ] as const) {
    const statuses: number[] = [];
    for (let round = 0; round < 7; round += 1) {
      const response = await ask(round);
      statuses.push(response.status);
      if (response.status !== 429) continue;
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await outcomeOf(response)).issue[0]).toMatchObject({
        code: 'throttled',
        diagnostics: expect.stringContaining(`3 ${what} in a minute are the limit of the tenant`),
      });
    }
    expect(statuses.slice(0, 2)).toEqual([202, 202]);
    expect(statuses).toContain(429);
  }
});

test('a tenant may have less than others of bodies, subjects, rows of a run and exports', async () => {
  const { fhirUrl } = await start({
    bodyBytes: 2048,
    subjects: 1,
    runBytes: 1,
    exportFiles: 7,
    exportSeconds: 60,
    gzipRatio: 9,
  });
  const { id } = await accepted(await kickOff(fhirUrl));
  const request = await readFile(join(platform.out, 'default', id, 'request.json'), 'utf8');
  expect(JSON.parse(request)).toMatchObject({
    schemaVersion: 4,
    limits: { files: 7, seconds: 60, gzipRatio: 9 },
  });
  const run = await fetch(`${fhirUrl}/$sql-run`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/fhir+json' },
    body: JSON.stringify(parameters({ name: 'subjectResource', resource: patientView })),
  });
  expect([run.status, (await outcomeOf(run)).issue[0]?.code]).toEqual([422, 'too-costly']);
  await writeFile(join(platform.data, 'Location.ndjson.gz'), gzipSync(Buffer.alloc(65 << 20, '\n')));
  const inflated = await fetch(`${fhirUrl}/$sql-run`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/fhir+json' },
    body: JSON.stringify(
      parameters({ name: 'subjectResource', resource: { ...patientView, resource: 'Location' } }),
    ),
  });
  expect([inflated.status, (await outcomeOf(inflated)).issue[0]?.diagnostics]).toEqual([
    422,
    expect.stringContaining('and may have 9 for each'),
  ]);
  const large = parameters(subject, { name: 'clientTrackingId', valueString: 'x'.repeat(3000) });
  expect((await kickOff(fhirUrl, large)).status).toBe(413);
  const other = {
    name: 'subject',
    part: [
      { name: 'name', valueString: 'b' },
      { name: 'subjectResource', resource: patientView },
    ],
  };
  const refused = await kickOff(fhirUrl, parameters(subject, other));
  expect([refused.status, (await outcomeOf(refused)).issue[0]?.diagnostics]).toEqual([
    422,
    'the export has 2 subjects; the limit of the tenant is 1',
  ]);
  const capped = await start({ exports: 1 });
  expect((await kickOff(capped.fhirUrl)).status).toBe(429);
});
