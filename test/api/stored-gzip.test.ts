import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { truncate } from 'node:fs/promises';
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
const PLAIN = { etag: `"${SHA256}"`, 'accept-ranges': 'none', 'content-length': String(CONTENT.length) };

let platform: Platform;
let api: ApiService;
let file: string;
/** As it is stored. */
let packed: Buffer;

beforeAll(async () => {
  platform = await openPlatform();
  api = await platform.start({ MAX_PACKED_DOWNLOADS: '1' });
  file = await stored(CONTENT);
  packed = await bytesOf(await answered(file, GZIP));
});

afterAll(() => platform.close());

async function stored(content: string): Promise<string> {
  const wishes = [
    { name: '_format', valueCode: 'csv' },
    { name: 'compression', valueCode: 'gzip' },
  ];
  const { id } = await accepted(await kickOff(api.fhirUrl, parameters(subject, ...wishes)));
  await completeExport(platform, id, [content], { isPacked: true });
  return `${api.fhirUrl}/export/${id}/files/patients.part1.csv`;
}

const GZIP = { 'accept-encoding': 'gzip' };

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

describe('a file that is stored in gzip', () => {
  it('is sent as it is to a client that takes gzip, with its length, a tag of this form, and ranges', async () => {
    const response = await answered(file, GZIP);
    expect(response.statusCode).toBe(200);
    expect(response.headers).toMatchObject({
      'content-encoding': 'gzip',
      'content-type': expect.stringMatching(/^text\/csv/),
      'content-length': String(packed.length),
      'accept-ranges': 'bytes',
      etag: `"${SHA256}-gzip"`,
      vary: expect.stringContaining('Accept-Encoding'),
    });
    expect(gunzipSync(await bytesOf(response)).toString()).toBe(CONTENT);
    const range = await answered(file, { ...GZIP, range: 'bytes=10-19', 'if-range': `"${SHA256}-gzip"` });
    expect(range.statusCode).toBe(206);
    expect(range.headers).toMatchObject({
      'content-encoding': 'gzip',
      'content-range': `bytes 10-19/${packed.length}`,
    });
    expect(await bytesOf(range)).toEqual(packed.subarray(10, 20));
    const beyond = await answered(file, { ...GZIP, range: `bytes=${packed.length}-` });
    expect([beyond.resume().statusCode, beyond.headers['content-range']]).toEqual([
      416,
      `bytes */${packed.length}`,
    ]);
  });

  it('is unpacked for a client that does not, without ranges', async () => {
    for (const headers of [{}, { 'accept-encoding': 'br' }, { range: 'bytes=3-11' }]) {
      const response = await answered(file, headers);
      expect(response.statusCode).toBe(200);
      expect(response.headers).toMatchObject(PLAIN);
      expect(response.headers['content-encoding']).toBeUndefined();
      expect(response.headers['vary']).toContain('Accept-Encoding');
      expect((await bytesOf(response)).toString()).toBe(CONTENT);
    }
  });

  it('has the same headers by HEAD, in both forms', async () => {
    const plain = await answered(file, {}, 'HEAD');
    expect(plain.headers).toMatchObject(PLAIN);
    const asStored = await answered(file, GZIP, 'HEAD');
    expect(asStored.headers).toMatchObject({
      'content-encoding': 'gzip',
      'content-length': String(packed.length),
    });
    expect((await bytesOf(plain)).length + (await bytesOf(asStored)).length).toBe(0);
  });

  it('is not sent again to a client that has this form of it, and is to one that has the other', async () => {
    const ask = async (tag: string, headers: Readonly<Record<string, string>>) =>
      (await answered(file, { ...headers, 'if-none-match': tag })).resume().statusCode;
    expect(await ask(`"${SHA256}-gzip"`, GZIP)).toBe(304);
    expect(await ask(`"${SHA256}"`, {})).toBe(304);
    expect(await ask(`"${SHA256}"`, GZIP)).toBe(200);
    expect(await ask(`"${SHA256}-gzip"`, {})).toBe(200);
    const other = await answered(file, { ...GZIP, 'if-match': `"${SHA256}"` });
    expect(other.resume().statusCode).toBe(412);
  });

  it('is told in the result with size and checksum of both forms', async () => {
    const id = new URL(file).pathname.split('/').at(-3) ?? '';
    const result = await (await fetch(`${api.fhirUrl}/export/${id}/result`)).text();
    expect(result).toContain(`{"url":"bytes","valueDecimal":${CONTENT.length}}`);
    expect(result).toContain(`{"url":"sha256","valueString":"${SHA256}"}`);
    expect(result).toContain(`{"url":"gzipBytes","valueDecimal":${packed.length}}`);
    const sha256 = createHash('sha256').update(packed).digest('hex');
    expect(result).toContain(`{"url":"gzipSha256","valueString":"${sha256}"}`);
  });

  it('that ended in the store is refused in both forms', async () => {
    const url = await stored(CONTENT);
    const id = new URL(url).pathname.split('/').at(-3) ?? '';
    for await (const { key } of platform.store.list(`default/${id}/finalize/`))
      await truncate(join(platform.out, key), 1000);
    for (const headers of [GZIP, {}]) expect((await answered(url, headers)).resume().statusCode).toBe(500);
  });
});
