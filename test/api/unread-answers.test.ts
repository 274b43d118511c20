import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiService } from '@millrace/api-service';
import { until } from '../until.js';
import { completeExport } from './finish-export.js';
import { accepted, kickOff, outcomeOf, parameters, subject } from './requests.js';
import { openPlatform } from './start-api.js';
import type { Platform } from './start-api.js';

/** More than the system keeps for a connection. */
const CONTENT = `id\n${'patient\n'.repeat(8 << 20)}`;

let platform: Platform;
let paths: { readonly file: string; readonly metadata: string };
const sockets: Socket[] = [];

beforeAll(async () => {
  platform = await openPlatform();
  const { fhirUrl } = await platform.start();
  const csv = parameters(subject, { name: '_format', valueCode: 'csv' });
  const { id } = await accepted(await kickOff(fhirUrl, csv));
  await completeExport(platform, id, [CONTENT]);
  const { pathname } = new URL(fhirUrl);
  paths = { file: `${pathname}/export/${id}/files/patients.part1.csv`, metadata: `${pathname}/metadata` };
});

afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await platform.close();
});

/** A client that sends requests and reads the first bytes that come back, but no more. */
async function stalled(api: ApiService, path: string, requests = 1): Promise<Socket> {
  const { hostname, port } = new URL(api.fhirUrl);
  const socket = connect(Number(port), hostname);
  sockets.push(socket);
  socket.on('error', () => undefined);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(requests));
  await once(socket, 'readable');
  return socket;
}

async function counted(api: ApiService, metric: string): Promise<number> {
  const metrics = await (await fetch(`${api.operationsUrl}/metrics`)).text();
  return Number(new RegExp(`^${metric}\\S* (\\d+)`, 'm').exec(metrics)?.[1] ?? 0);
}

/** How many connections an API has closed because nobody read. */
const closedBy = (api: ApiService) => counted(api, 'millrace_unread_connections_closed_total');

function download(api: ApiService): Promise<Response> {
  return fetch(new URL(paths.file, api.fhirUrl));
}

describe('a client that does not read the answers to its requests', () => {
  it('loses its connection after a while, and one that reads gets its file', async () => {
    const api = await platform.start({ UNREAD_TIMEOUT: '1s' });
    await stalled(api, paths.file);
    expect((await (await download(api)).text()).length).toBe(CONTENT.length);
    await until(async () => (await closedBy(api)) === 1);
  });

  it('loses it at once while too much is unread', async () => {
    const api = await platform.start({ UNREAD_LIMIT_BYTES: String(1 << 20) });
    for (let n = 0; n < 8; n += 1) await stalled(api, paths.file);
    await until(async () => (await closedBy(api)) >= 4);
    expect((await (await download(api)).text()).length).toBe(CONTENT.length);
  });

  it('keeps a place among the downloads no longer than others want it', async () => {
    const api = await platform.start({ MAX_DOWNLOADS: '1' });
    await stalled(api, paths.file);
    const refused = await download(api);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2']);
    expect((await outcomeOf(refused)).issue[0]?.code).toBe('throttled');
    expect((await fetch(new URL(paths.file, api.fhirUrl), { method: 'HEAD' })).status).toBe(503);
    expect(await counted(api, 'millrace_requests_throttled_total')).toBe(2);
    expect((await fetch(new URL(paths.metadata, api.fhirUrl))).status).toBe(200);
    await until(async () => {
      const response = await download(api);
      return (await response.text()).length === CONTENT.length;
    });
    expect(await closedBy(api)).toBe(1);
  });
});
