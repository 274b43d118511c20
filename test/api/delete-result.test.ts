import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiService } from '@millrace/api-service';
import { exportPrefix } from '@millrace/export';
import { deleteExport, readManifest, removeExport } from '@millrace/lifecycle';
import { until } from '../until.js';
import { completeExport, failExport, planNothing, portsOf } from './finish-export.js';
import { accepted, kickOff, outcomeOf } from './requests.js';
import { openPlatform } from './start-api.js';
import type { Platform } from './start-api.js';

const FILE = 'patients.part1.ndjson';
const FAILURE = { status: 500, code: 'exception', diagnostics: 'broken' };

let platform: Platform;
let api: ApiService;
let other: ApiService;
beforeAll(async () => {
  platform = await openPlatform();
  api = await platform.start();
  other = await platform.start();
});
afterAll(() => platform.close());

interface Urls {
  readonly id: string;
  readonly status: string;
  readonly result: string;
  readonly file: string;
}

async function start(): Promise<Urls> {
  const { id, status } = await accepted(await kickOff(api.fhirUrl));
  const at = (end: string): string => status.replace(/status$/, end);
  return { id, status, result: at('result'), file: at(`files/${FILE}`) };
}

async function completed(): Promise<Urls> {
  const urls = await start();
  await completeExport(platform, urls.id, ['{}\n']);
  return urls;
}

const remove = (url: string): Promise<Response> => fetch(url, { method: 'DELETE' });
const onOther = (url: string): string => url.replace(api.fhirUrl, other.fhirUrl);

/** On every instance there is neither status nor result nor file. */
async function expectGone({ status, result, file }: Urls): Promise<void> {
  for (const url of [status, result, file].flatMap((one) => [one, onOther(one)])) {
    const response = await fetch(url, { redirect: 'manual' });
    expect([url, response.status]).toEqual([url, 404]);
    expect((await outcomeOf(response)).issue[0]?.code).toBe('not-found');
  }
}

async function objectsOf(id: string): Promise<string[]> {
  const found = [];
  for await (const { key } of platform.store.list(exportPrefix('default', id))) found.push(key);
  return found;
}

describe('DELETE of the status address after the end', () => {
  it('keeps result and files, and says until when and how to remove them at once', async () => {
    const { status, result, file } = await completed();
    const expires = (await fetch(result)).headers.get('expires') ?? '';
    for (let times = 0; times < 2; times += 1) {
      const response = await remove(onOther(status));
      expect(response.status).toBe(202);
      expect(response.headers.get('expires')).toBe(expires);
      const [issue] = (await outcomeOf(response)).issue;
      expect(issue).toMatchObject({ severity: 'information', code: 'informational' });
      expect(issue?.diagnostics).toContain(new Date(expires).toISOString().slice(0, 19));
      expect(issue?.diagnostics).toContain(`DELETE of ${onOther(result)}`);
    }
    expect((await fetch(result)).status).toBe(200);
    expect((await fetch(file)).status).toBe(200);
  });

  it('keeps the reason of one that failed', async () => {
    const { id, status, result } = await start();
    await failExport(platform, id, FAILURE);
    const response = await remove(status);
    expect(response.headers.get('expires')).not.toBeNull();
    expect((await outcomeOf(response)).issue[0]?.diagnostics).toContain('as failed');
    expect((await fetch(result)).status).toBe(500);
  });
});

describe('DELETE of the result address', () => {
  it('is 202, and then nothing is found on any instance, and no object is left', async () => {
    const urls = await completed();
    const response = await remove(onOther(urls.result));
    expect(response.status).toBe(202);
    expect((await outcomeOf(response)).issue[0]?.code).toBe('informational');
    await expectGone(urls);
    await until(async () => (await objectsOf(urls.id)).length === 0);
    await until(async () => (await platform.jobs.read(urls.id)) === undefined);
    await expectGone(urls);
  });

  it('by several clients at once is 202 or 404 for each, and 404 when it is repeated', async () => {
    const urls = await completed();
    const answers = await Promise.all([urls.result, onOther(urls.result), urls.result].map(remove));
    for (const { status } of answers) expect([202, 404]).toContain(status);
    expect(answers.map(({ status }) => status)).toContain(202);
    expect((await remove(urls.result)).status).toBe(404);
    await expectGone(urls);
  });

  it('removes one that failed', async () => {
    const urls = await start();
    await failExport(platform, urls.id, FAILURE);
    expect((await remove(urls.result)).status).toBe(202);
    await expectGone(urls);
  });

  it('cancels one that waits or runs', async () => {
    const [waits, runs] = [await start(), await start()];
    const lease = await planNothing(platform, runs.id);
    for (const urls of [waits, runs]) {
      expect((await remove(urls.result)).status).toBe(202);
      await expectGone(urls);
      expect(await readManifest(platform.store, 'default', urls.id)).toMatchObject({ outcome: 'cancelled' });
    }
    expect(await platform.jobs.heartbeat(lease, 30_000)).toEqual({ kind: 'fenced' });
  });

  it('that races with completion leaves nothing either way', async () => {
    const urls = await start();
    const [deletion] = await Promise.allSettled([
      remove(urls.result),
      completeExport(platform, urls.id, ['{}\n']),
    ]);
    expect(deletion).toMatchObject({ status: 'fulfilled', value: { status: 202 } });
    await expectGone(urls);
  });

  it('finds nothing of one that was cancelled, or never was', async () => {
    const urls = await start();
    await remove(urls.status);
    expect((await remove(urls.result)).status).toBe(404);
    expect((await remove(`${api.fhirUrl}/export/${'0'.repeat(32)}/result`)).status).toBe(404);
  });

  it('whose process died after it took effect holds, also when Redis forgets, and is made good', async () => {
    const urls = await completed();
    const record = await platform.jobs.read(urls.id);
    if (record === undefined) throw new Error('the export is gone');
    const dying = { run: () => new Promise<void>(() => undefined), settled: () => Promise.resolve() };
    await removeExport({ ...portsOf(platform), jobs: platform.jobs, background: dying }, record);
    await expectGone(urls);
    expect((await platform.jobs.expired(Date.now(), 100, 0)).map(({ id }) => id)).toContain(urls.id);
    await platform.jobs.expire(urls.id);
    await expectGone(urls);
    await deleteExport(platform, record);
    expect(await objectsOf(urls.id)).toEqual([]);
    await expectGone(urls);
  });
});
