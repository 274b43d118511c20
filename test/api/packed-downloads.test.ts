import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { truncate } from 'node:fs/promises';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiService } from '@millrace/api-service';
import { completeExport } from './finish-export.js';
import { accepted, kickOff, parameters, subject } from './requests.js';
import { openPlatform } from './start-api.js';
import type { Platform } from './start-api.js';

const CONTENT = `id\n${Array.from({ length: 50_000 }, (_, row) => `patient-${row}`).join('\n')}\n`;
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');
/** More than sockets hold while nobody reads, packed too. */
const LARGE = Array.from({ length: 500_000 }, (_, row) =>
  createHash('sha256').update(String(row)).digest('base64'),
).join('\n');

let platform: Platform;
let api: ApiService;
let file: string;

beforeAll(async () => {
  platform = await openPlatform();
  api = await platform.start({ MAX_PACKED_DOWNLOADS: '1' });
  file = await stored('csv', CONTENT);
});

afterAll(() => platform.close());

async function stored(format: string, ...contents: readonly string[]): Promise<string> {
  const asked = parameters(subject, { name: '_format', valueCode: format });
  const { id } = await accepted(await kickOff(api.fhirUrl, asked));
  await completeExport(platform, id, contents);
  return `${api.fhirUrl}/export/${id}/files/patients.part1.${format}`;
}

/** The answer as it comes over the wire; nothing of it is read yet. */
async function answered(
  url: string,
  headers: Readonly<Record<string, string>>,
  method = 'GET',
): Promise<IncomingMessage> {
  const sent = request(url, { method, headers, agent: false });
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return response;
}

async function bytesOf(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const GZIP = { 'accept-encoding': 'gzip' };

describe('a client that asks for gzip', () => {
  it('gets a file packed, with an ETag of its own and no length', async () => {
    const response = await answered(file, GZIP);
    expect(response.statusCode).toBe(200);
    expect(response.headers).toMatchObject({
      'content-encoding': 'gzip',
      'content-type': expect.stringMatching(/^text\/csv/),
      etag: `"${SHA256}-gzip"`,
      vary: expect.stringContaining('Accept-Encoding'),
      'accept-ranges': 'none',
    });
    expect(response.headers['content-length']).toBeUndefined();
    const bytes = await bytesOf(response);
    expect(bytes.length).toBeLessThan(CONTENT.length / 2);
    expect(gunzipSync(bytes).toString()).toBe(CONTENT);
  });

  it('gets the same headers by HEAD', async () => {
    const response = await answered(file, GZIP, 'HEAD');
    expect(response.headers).toMatchObject({ 'content-encoding': 'gzip', etag: `"${SHA256}-gzip"` });
    expect(response.headers['content-length']).toBeUndefined();
    expect((await bytesOf(response)).length).toBe(0);
  });

  it('gets a range as it is, of the file as it is', async () => {
    const response = await answered(file, { ...GZIP, range: 'bytes=3-11' });
    expect(response.statusCode).toBe(206);
    expect(response.headers['content-encoding']).toBeUndefined();
    expect(response.headers['etag']).toBe(`"${SHA256}"`);
    expect((await bytesOf(response)).toString()).toBe('patient-0');
  });

  it('cannot go on with the bytes of the plain file after those of the packed one', async () => {
    const headers = { ...GZIP, range: 'bytes=3-11', 'if-range': `"${SHA256}-gzip"` };
    const response = await answered(file, headers);
    expect(response.statusCode).toBe(200);
    expect(gunzipSync(await bytesOf(response)).toString()).toBe(CONTENT);
  });

  it.each([`"${SHA256}-gzip"`, `"${SHA256}"`])('is not sent what it has as %s', async (tag) => {
    const response = await answered(file, { ...GZIP, 'if-none-match': tag });
    expect(response.statusCode).toBe(304);
    expect(response.headers).toMatchObject({ etag: tag, vary: expect.stringContaining('Accept-Encoding') });
    expect((await bytesOf(response)).length).toBe(0);
  });

  it('gets Parquet, and an empty file, as they are', async () => {
    for (const [url, content] of [
      [await stored('parquet', 'PAR1'), 'PAR1'],
      [await stored('csv', ''), ''],
    ] as const) {
      const response = await answered(url, GZIP);
      expect(response.headers['content-encoding']).toBeUndefined();
      expect(response.headers['content-length']).toBe(String(content.length));
      expect((await bytesOf(response)).toString()).toBe(content);
    }
  });

  it('gets the file as it is while the maximum number is being packed, or 503 if it refuses that', async () => {
    const large = await stored('ndjson', LARGE);
    const slow = await answered(large, GZIP);
    expect(slow.headers['content-encoding']).toBe('gzip');
    const plain = await answered(file, GZIP);
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect((await bytesOf(plain)).toString()).toBe(CONTENT);
    const refused = await answered(file, { 'accept-encoding': 'gzip, identity;q=0' });
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([503, '2']);
    refused.resume();
    expect(gunzipSync(await bytesOf(slow)).toString()).toBe(LARGE);
    const again = await answered(file, GZIP);
    expect(again.headers['content-encoding']).toBe('gzip');
    again.resume();
  });

  it('sees that a file is not whole when it ends in the store while it is sent', async () => {
    const url = await stored('ndjson', LARGE);
    const response = await answered(url, GZIP);
    expect(response.headers['content-encoding']).toBe('gzip');
    const id = new URL(url).pathname.split('/').at(-3) ?? '';
    for await (const { key } of platform.store.list(`default/${id}/finalize/`))
      await truncate(join(platform.out, key), 1_000_000);
    await expect(bytesOf(response)).rejects.toThrow('aborted');
  });
});

describe('a client that does not', () => {
  it.each([{}, { 'accept-encoding': 'br' }, { 'accept-encoding': 'identity, gzip;q=0.1' }])(
    '%o gets the file as it is, and caches are told',
    async (headers) => {
      const response = await answered(file, headers);
      expect(response.headers['content-encoding']).toBeUndefined();
      expect(response.headers).toMatchObject({
        'content-length': String(CONTENT.length),
        etag: `"${SHA256}"`,
        vary: expect.stringContaining('Accept-Encoding'),
      });
      response.resume();
    },
  );

  it('is refused if it takes nothing that there is', async () => {
    expect((await answered(file, { 'accept-encoding': 'identity;q=0' })).resume().statusCode).toBe(406);
    const parquet = await stored('parquet', 'PAR1');
    const headers = { 'accept-encoding': 'gzip, identity;q=0' };
    expect((await answered(parquet, headers)).resume().statusCode).toBe(406);
  });
});
