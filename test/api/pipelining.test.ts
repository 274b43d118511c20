import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiService } from '@millrace/api-service';
import { openPlatform } from './start-api.js';
import type { Platform } from './start-api.js';

let platform: Platform;
let api: ApiService;

beforeAll(async () => {
  platform = await openPlatform();
  api = await platform.start();
});

afterAll(() => platform.close());

/** Sends this many requests at once, the last of which closes the connection, and gives all that came back. */
async function pipelined(count: number): Promise<string> {
  const { hostname, port, pathname } = new URL(api.fhirUrl);
  const socket = connect(Number(port), hostname);
  const head = `GET ${pathname}/metadata HTTP/1.1\r\nHost: x\r\n`;
  socket.write(`${`${head}\r\n`.repeat(count - 1)}${head}Connection: close\r\n\r\n`);
  const chunks = await socket.toArray().catch(() => []);
  return Buffer.concat(chunks).toString();
}

describe('a client that does not wait for answers', () => {
  it('gets each of a few, in order', async () => {
    expect((await pipelined(20)).match(/HTTP\/1\.1 200 OK/g)).toHaveLength(20);
  });

  it('loses its connection when it asks for hundreds, and others are served', async () => {
    expect((await pipelined(500)).match(/HTTP\/1\.1 200 OK/g)?.length ?? 0).toBeLessThan(500);
    expect((await fetch(`${api.fhirUrl}/metadata`)).status).toBe(200);
  });
});
