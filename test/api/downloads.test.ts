import { createHash } from 'node:crypto';
import { appendFile, open, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiService } from '@millrace/api-service';
import { completeExport } from './finish-export.js';
import { accepted, kickOff, outcomeOf, parameters, subject } from './requests.js';
import { until } from '../until.js';
import { openPlatform } from './start-api.js';
import type { Platform } from './start-api.js';

const CONTENT = `id\n${Array.from({ length: 50_000 }, (_, row) => `patient-${row}`).join('\n')}\n`;
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');
const EMPTY = 'patients.part2.csv';

let platform: Platform;
let api: ApiService;
let folder: string;
let file: string;

beforeAll(async () => {
  platform = await openPlatform();
  api = await platform.start();
  const csv = parameters(subject, { name: '_format', valueCode: 'csv' });
  const { id } = await accepted(await kickOff(api.fhirUrl, csv));
  await completeExport(platform, id, [CONTENT, '']);
  folder = `${api.fhirUrl}/export/${id}/files`;
  file = `${folder}/patients.part1.csv`;
});

afterAll(() => platform.close());

/** Node's fetch asks for gzip by itself. */
const AS_IT_IS = { 'Accept-Encoding': 'identity' };

const range = (value: string, more: Record<string, string> = {}) =>
  fetch(file, { headers: { Range: value, ...more } });

describe('a file of an export', () => {
  it('comes whole, as an attachment of its own media type', async () => {
    const response = await fetch(file, { headers: AS_IT_IS });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/csv/);
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="patients.part1.csv"');
    expect(response.headers.get('content-length')).toBe(String(CONTENT.length));
    expect(response.headers.get('etag')).toBe(`"${SHA256}"`);
    expect(response.headers.get('accept-ranges')).toBe('bytes');
    expect(await response.text()).toBe(CONTENT);
  });

  it('can be asked for by HEAD', async () => {
    const response = await fetch(file, { method: 'HEAD', headers: AS_IT_IS });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe(String(CONTENT.length));
    expect(await response.text()).toBe('');
  });

  it.each(['bytes=0-9', 'bytes=9999999-'])(
    'tells by HEAD how long it is as a whole, whatever the range %s',
    async (Range) => {
      const response = await fetch(file, { method: 'HEAD', headers: { ...AS_IT_IS, Range } });
      expect(response.status).toBe(200);
      expect(response.headers.get('content-length')).toBe(String(CONTENT.length));
    },
  );

  it.each([
    ['bytes=0-9', 0, 10],
    ['bytes=300000-', 300_000, CONTENT.length],
    ['bytes=-5', CONTENT.length - 5, CONTENT.length],
    ['bytes=10-99999999', 10, CONTENT.length],
  ])('comes in the range %s', async (value, start, end) => {
    const response = await range(value);
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/${CONTENT.length}`);
    expect(await response.text()).toBe(CONTENT.slice(start, end));
  });

  it.each(['bytes=9999999-', 'bytes=-0'])('refuses the range %s', async (value) => {
    const response = await range(value);
    expect(response.status).toBe(416);
    expect(response.headers.get('content-range')).toBe(`bytes */${CONTENT.length}`);
  });

  it.each(['lines=1-2', 'bytes=a-b', 'bytes=0-1,5-6'])('comes whole for the range %s', async (value) => {
    const response = await range(value);
    expect(response.status).toBe(200);
    expect((await response.text()).length).toBe(CONTENT.length);
  });

  it('is continued only while it is the same', async () => {
    expect((await range('bytes=5-9', { 'If-Range': `"${SHA256}"` })).status).toBe(206);
    expect((await range('bytes=5-9', { 'If-Range': '"another"' })).status).toBe(200);
  });

  it('is not sent to a client that has it', async () => {
    const response = await fetch(file, { headers: { 'If-None-Match': `"${SHA256}"` } });
    expect(response.status).toBe(304);
    expect(await response.text()).toBe('');
  });

  it.each([
    [`"${SHA256}"`, 206],
    [`"another", "${SHA256}-gzip"`, 206],
    ['*', 206],
    ['"another"', 412],
    [`W/"${SHA256}"`, 412],
  ])('with If-Match: %s is %d', async (tag, status) => {
    const response = await range('bytes=0-9', { 'If-Match': tag, 'If-None-Match': '"another"' });
    expect(response.status).toBe(status);
    if (status === 412) expect((await outcomeOf(response)).issue[0]?.code).toBe('conflict');
    else expect(await response.text()).toBe(CONTENT.slice(0, 10));
  });

  it('has no date of its last change, so that If-Unmodified-Since asks nothing', async () => {
    const response = await fetch(file, {
      headers: { 'If-Unmodified-Since': 'Thu, 01 Jan 1970 00:00:00 GMT' },
    });
    expect([response.status, response.headers.get('last-modified')]).toEqual([200, null]);
    await response.arrayBuffer();
  });

  it('may be empty', async () => {
    const response = await fetch(`${folder}/${EMPTY}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe('0');
    expect(await response.text()).toBe('');
  });

  it('is sent to many at once', async () => {
    const responses = await Promise.all(Array.from({ length: 8 }, () => fetch(file)));
    const texts = await Promise.all(responses.map((response) => response.text()));
    expect(texts.every((text) => text === CONTENT)).toBe(true);
  });
});

describe('a file that the manifest does not list', () => {
  it.each([
    'manifest.json',
    'request.json',
    '..%2Fmanifest.json',
    '..%2F..%2F..%2Fsecret.txt',
    '%2Fetc%2Fpasswd',
    'patients.part3.csv',
    'PATIENTS.part1.csv',
    '__proto__',
  ])('is not served under the name %s', async (name) => {
    await writeFile(join(platform.out, 'secret.txt'), 'secret');
    const response = await fetch(`${folder}/${name}`);
    expect(response.status).toBe(404);
    expect((await outcomeOf(response)).issue[0]?.code).toBe('not-found');
  });
});

describe('a file that vanished from the store', () => {
  it('is answered with an outcome and without the headers of a file, and counted', async () => {
    const { id } = await accepted(await kickOff(api.fhirUrl));
    await completeExport(platform, id, ['{}\n']);
    for await (const { key } of platform.store.list(`default/${id}/finalize/`)) {
      await platform.store.remove([key]);
    }
    const before = await brokenDownloads('refused');
    const response = await fetch(`${api.fhirUrl}/export/${id}/files/patients.part1.ndjson`);
    expect(response.status).toBe(404);
    expect(response.headers.get('content-disposition')).toBeNull();
    expect(response.headers.get('content-type')).toMatch(/^application\/fhir\+json/);
    expect((await outcomeOf(response)).resourceType).toBe('OperationOutcome');
    expect(await brokenDownloads('refused')).toBe(before + 1);
  });
});

describe('a stored file that differs from the committed one', () => {
  const ROWS = '{"id":"one"}\n{"id":"two"}\n';

  async function damaged(damage: (path: string) => Promise<void>, content = ROWS): Promise<string> {
    const { id } = await accepted(await kickOff(api.fhirUrl));
    await completeExport(platform, id, [content]);
    for await (const { key } of platform.store.list(`default/${id}/finalize/`)) {
      await damage(join(platform.out, key));
    }
    return `${api.fhirUrl}/export/${id}/files/patients.part1.ndjson`;
  }

  const FAULTS: readonly [string, (path: string) => Promise<void>][] = [
    ['was cut short', (path) => truncate(path, 5)],
    ['is longer', (path) => appendFile(path, '{}')],
    ['has a flipped byte', (path) => flipByte(path, 3)],
    [
      'was replaced',
      async (path) => {
        await rm(path);
        await writeFile(path, ROWS.replace('two', 'owt'));
      },
    ],
  ];

  it.each(FAULTS)('is refused before its first byte when it %s, and counted', async (_title, damage) => {
    const url = await damaged(damage);
    const before = await brokenDownloads('refused');
    for (const init of [{}, { headers: { Range: 'bytes=0-3' } }]) {
      const response = await fetch(url, init);
      expect(response.status).toBe(500);
      expect(response.headers.get('content-disposition')).toBeNull();
      const [issue] = (await outcomeOf(response)).issue;
      expect(issue?.code).toBe('exception');
      expect(issue?.diagnostics).toBe(
        'the stored file differs from the one that the export wrote; start the export again',
      );
    }
    expect((await fetch(url, { method: 'HEAD' })).status).toBe(500);
    expect(await brokenDownloads('refused')).toBe(before + 3);
  });

  it('is served when its content is the committed one, as after a restore that does not keep times', async () => {
    const url = await damaged((path) => utimes(path, 1_700_000_000, 1_700_000_000));
    const before = await brokenDownloads('refused');
    expect(await (await fetch(url)).text()).toBe(ROWS);
    expect(await (await fetch(url, { headers: { Range: 'bytes=0-3' } })).text()).toBe(ROWS.slice(0, 4));
    expect((await fetch(url, { method: 'HEAD' })).status).toBe(200);
    expect(await brokenDownloads('refused')).toBe(before);
  });

  it('is no secret of the machine when it became a symbolic link', async () => {
    await writeFile(join(platform.out, 'secret.txt'), ROWS);
    const url = await damaged(async (path) => {
      await rm(path);
      await symlink(join(platform.out, 'secret.txt'), path);
    });
    expect((await fetch(url)).status).toBe(404);
  });

  it('is cut off when it ends while it is sent, and counted', async () => {
    let cut: () => Promise<void> = async () => undefined;
    const url = await damaged(async (path) => {
      cut = () => truncate(path, 1_000_000);
    }, 'x'.repeat(60_000_000));
    const before = await brokenDownloads('cut');
    const response = await fetch(url, { headers: AS_IT_IS });
    expect(response.status).toBe(200);
    const reader = response.body?.getReader();
    await reader?.read();
    await cut();
    const rest = async (): Promise<void> => {
      while ((await reader?.read())?.done === false);
    };
    await expect(rest()).rejects.toThrow();
    await until(async () => (await brokenDownloads('cut')) === before + 1, 'the count of cut downloads');
  });
});

async function flipByte(path: string, at: number): Promise<void> {
  await using file = await open(path, 'r+');
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, at);
  byte[0] = (byte[0] ?? 0) ^ 1;
  await file.write(byte, 0, 1, at);
}

/** What the API counts as downloads of files that are not what was committed. */
async function brokenDownloads(stage: string): Promise<number> {
  const text = await (await fetch(`${api.operationsUrl}/metrics`)).text();
  const line = text
    .split('\n')
    .find((one) => one.startsWith('millrace_downloads_broken_total') && one.includes(`stage="${stage}"`));
  return Number(line?.split(' ').at(-1) ?? 0);
}
