import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { answerInTurn } from './pipelining.js';

let server: Server;
/** By address: the answers that were begun, and those that were told of their end. */
let begun: Map<string, ServerResponse>;
let ended: string[];
let socket: Socket;
beforeEach(async () => {
  begun = new Map();
  ended = [];
  const inTurn = answerInTurn();
  server = createServer(
    inTurn(({ url = '' }, response) => {
      begun.set(url, response);
      response.once('close', () => {
        ended.push(url);
        server.emit('ended');
      });
      server.emit('begun');
      if (url === '/waits') response.flushHeaders();
      else response.end(url);
    }),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server that listens has an address with a port.
  socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
});
afterEach(async () => {
  socket.destroy();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const requests = (...urls: string[]): string =>
  urls.map((url) => `POST ${url} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}`).join('');

test('requests that come at once are begun one after another, in order', async () => {
  socket.write(requests('/1', '/waits', '/3'));
  while (!begun.has('/waits')) await once(server, 'begun');
  expect([...begun.keys()]).toEqual(['/1', '/waits']);
  begun.get('/waits')?.end();
  while (!begun.has('/3')) await once(server, 'begun');
  expect(ended.slice(0, 2)).toEqual(['/1', '/waits']);
});

test('every request that was begun is told when its client closes the connection', async () => {
  socket.write(requests('/1', '/waits', '/3', '/4'));
  while (!begun.has('/waits')) await once(server, 'begun');
  socket.destroy();
  while (!ended.includes('/waits')) await once(server, 'ended');
  expect(ended).toEqual([...begun.keys()]);
  expect(begun.has('/4')).toBe(false);
});

test('a connection with more of them than wait for their turn is closed', async () => {
  const closed = once(socket, 'close');
  socket.resume();
  socket.write(requests('/waits', ...Array<string>(40).fill('/x')));
  await closed;
  expect([...begun.keys()]).toEqual(['/waits']);
});
