import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runProgram } from '@millrace/cli';
import { REDIS_URL } from '../redis-url.js';

const text = readFileSync(resolve(import.meta.dirname, '../../docs/operations.md'), 'utf8');
/** As they stand in the document, in code blocks and in sentences. */
const commands = new Set(
  [...text.matchAll(/npx millrace (admin(?: [^\s`]+)+)/g)].map(([, command = '']) => command),
);

let server: Server;
let url: string;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-commands-'));
  server = createServer((_request, response) => response.end('{}')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await once(server.close(), 'close');
  await rm(folder, { recursive: true });
});

test('the runbooks have commands', () => {
  expect(commands.size).toBeGreaterThan(15);
});

test.each([...commands])('millrace %s is understood', async (command) => {
  let err = '';
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const heard = new Writable({
    write(chunk, _encoding, done) {
      err += String(chunk);
      done();
    },
  });
  const args = command.split(' ').filter((arg) => !arg.startsWith('http://'));
  const [verb = '', ...others] = args.filter((arg) => arg !== '--operations');
  const { signal } = new AbortController();
  const env = { REDIS_URL, REDIS_PREFIX: `{t-${randomUUID()}}`, MILLRACE_OUT: folder };
  const terminal = { out: silent, err: heard, env, now: Date.now, signal };
  const code = await runProgram([verb, '--operations', url, ...others], terminal);
  // The server of this test answers in no known form: that is a warning.
  expect({ code, err: err.replace(/^warning: .*\n/, '') }).toEqual({ code: 0, err: '' });
});
