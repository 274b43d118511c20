import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiService } from '@millrace/api-service';
import { completeExport } from './finish-export.js';
import { accepted, kickOff, outcomeOf } from './requests.js';
import { openPlatform } from './start-api.js';
import type { Platform } from './start-api.js';

let platform: Platform;
let api: ApiService;
let other: ApiService;

beforeAll(async () => {
  platform = await openPlatform();
  api = await platform.start();
  other = await platform.start();
});

afterAll(() => platform.close());

interface Page {
  readonly resourceType: string;
  readonly type: string;
  readonly link: readonly { readonly relation: string; readonly url: string }[];
  readonly entry?: readonly {
    readonly resource: { readonly parameter: readonly Record<string, unknown>[] };
  }[];
}

const start = async () => accepted(await kickOff(api.fhirUrl));
const read = async (url: string): Promise<Page> => {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  return (await response.json()) as Page;
};
const valuesOf = ({ entry = [] }: Page) =>
  entry.map(({ resource }) =>
    Object.fromEntries(
      resource.parameter.map(({ name, ...value }) => [String(name), Object.values(value)[0]]),
    ),
  );
const idsOf = (page: Page) => valuesOf(page).map(({ exportId }) => exportId);

describe("the list of a client's own exports", () => {
  it('has none before the first one', async () => {
    const page = await read(`${api.fhirUrl}/export`);
    expect(page).toMatchObject({ resourceType: 'Bundle', type: 'searchset' });
    expect(page.entry).toBeUndefined();
  });

  it('has those that run and those that ended, the latest first, at every instance', async () => {
    const done = await start();
    await completeExport(platform, done.id, ['{}\n']);
    const running = await start();
    const page = await read(`${other.fhirUrl}/export`);
    expect(idsOf(page)).toEqual([running.id, done.id]);
    expect(valuesOf(page)).toMatchObject([
      { status: 'accepted', location: `${other.fhirUrl}/export/${running.id}/status`, bytesRead: 0 },
      { status: 'completed', exportEndTime: expect.any(String), exportDuration: expect.any(Number) },
    ]);
  });

  it("has none that was cancelled or deleted, is not ready, or is somebody else's", async () => {
    const cancelled = await start();
    await fetch(cancelled.status, { method: 'DELETE' });
    const deleted = await start();
    await fetch(deleted.status.replace(/status$/, 'result'), { method: 'DELETE' });
    await platform.jobs.create({ id: 'a'.repeat(32), tenant: 'default', client: 'anonymous' });
    for (const [id, tenant, client] of [
      ['b'.repeat(32), 'default', 'other'],
      ['c'.repeat(32), 'other', 'anonymous'],
    ] as const) {
      await platform.jobs.create({ id, tenant, client });
      await platform.jobs.activate(id);
    }
    const listed = idsOf(await read(`${api.fhirUrl}/export`));
    expect(listed).toHaveLength(2);
    for (const id of [cancelled.id, deleted.id, 'a'.repeat(32), 'b'.repeat(32), 'c'.repeat(32)])
      expect(listed).not.toContain(id);
    await platform.jobs.discard('a'.repeat(32));
  });

  it('is read page by page by its links', async () => {
    const started = [await start(), await start(), await start()].map(({ id }) => id);
    const seen: unknown[] = [];
    let url: string | undefined = `${api.fhirUrl}/export?_count=2`;
    while (url !== undefined) {
      const page: Page = await read(url);
      expect(page.entry?.length ?? 0).toBeLessThanOrEqual(2);
      seen.push(...idsOf(page));
      url = page.link.find(({ relation }) => relation === 'next')?.url;
    }
    expect(seen.slice(0, 3).sort()).toEqual(started.sort());
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toHaveLength(5);
  });

  it.each(['_count=0', '_count=101', '_count=x', '_count=1&_count=2', '_cursor=x', 'patient=1'])(
    'refuses %s',
    async (query) => {
      const response = await fetch(`${api.fhirUrl}/export?${query}`);
      expect(response.status).toBe(400);
      expect((await outcomeOf(response)).resourceType).toBe('OperationOutcome');
    },
  );

  it('is written as other FHIR answers are, and only read', async () => {
    const asked = await fetch(`${api.fhirUrl}/export?_format=json&_pretty=true`);
    expect(asked.headers.get('content-type')).toMatch(/^application\/fhir\+json/);
    const changed = await fetch(`${api.fhirUrl}/export`, { method: 'DELETE' });
    expect(changed.status).toBe(405);
  });
});
