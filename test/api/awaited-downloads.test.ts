import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiService } from '@millrace/api-service';
import { until } from '../until.js';
import { completeExport } from './finish-export.js';
import { accepted, kickOff } from './requests.js';
import { openPlatform } from './start-api.js';
import type { Platform } from './start-api.js';

/** More than sockets hold while nobody reads. */
const CONTENT = '{"id":"patient"}\n'.repeat(2_000_000);

let platform: Platform;
let sending: ApiService;
let removing: ApiService;
beforeAll(async () => {
  platform = await openPlatform();
  sending = await platform.start();
  removing = await platform.start();
});
afterAll(() => platform.close());

describe('the removal of an export whose file is being sent by another instance', () => {
  it('waits until the client has it, although nobody finds the export any more', async () => {
    const { id } = await accepted(await kickOff(sending.fhirUrl));
    await completeExport(platform, id, [CONTENT]);
    const file = `/export/${id}/files/patients.part1.ndjson`;
    const download = await slowly(`${sending.fhirUrl}${file}`);

    const removed = await fetch(`${removing.fhirUrl}/export/${id}/result`, { method: 'DELETE' });
    expect(removed.status).toBe(202);
    expect((await fetch(`${removing.fhirUrl}${file}`)).status).toBe(404);
    // Asked for as often as the removal looks, and a few times more.
    for (let times = 0; times < 5; times += 1)
      expect(await platform.jobs.awaitsDownloads(id, 60_000)).toBe(true);
    expect(await storedFiles(id)).toHaveLength(1);

    expect(await lengthOf(download)).toBe(CONTENT.length);
    await until(async () => (await storedFiles(id)).length === 0, 'the file to be removed');
  });

  it('does not wait for a client that went away', async () => {
    const { id } = await accepted(await kickOff(sending.fhirUrl));
    await completeExport(platform, id, [CONTENT]);
    const download = await slowly(`${sending.fhirUrl}/export/${id}/files/patients.part1.ndjson`);
    download.destroy();
    await fetch(`${removing.fhirUrl}/export/${id}/result`, { method: 'DELETE' });
    await until(async () => (await storedFiles(id)).length === 0, 'the file to be removed');
  });
});

/** The answer to a GET of which nothing is read yet. */
function slowly(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(url, (response) => resolve(response.pause())).on('error', reject);
  });
}

async function lengthOf(download: IncomingMessage): Promise<number> {
  let length = 0;
  for await (const chunk of download) length += (chunk as Buffer).length;
  return length;
}

async function storedFiles(id: string): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of platform.store.list(`default/${id}/finalize/`)) keys.push(key);
  return keys;
}
