import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { answersWithin } from './answers-within.js';

let server: Server;
let url: string;
let status = 503;
beforeEach(async () => {
  status = 503;
  server = createServer((_request, response) => response.writeHead(status).end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await once(server.close(), 'close');
});

test('an answer that is not a success is asked for again', async () => {
  let asked = 0;
  const check = (): void => {
    asked += 1;
    if (asked === 3) status = 200;
  };
  expect(await answersWithin(url, 30_000, check)).toBe(true);
  expect(asked).toBe(3);
});

test('a server that never answers ends the wait with false', async () => {
  expect(await answersWithin(url, 1, () => undefined)).toBe(false);
});

test('an error of the check ends the wait', async () => {
  const gone = (): never => {
    throw new Error('the service has ended');
  };
  await expect(answersWithin(url, 30_000, gone)).rejects.toThrow('the service has ended');
});
