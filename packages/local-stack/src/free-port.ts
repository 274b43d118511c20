import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';

/**
 * A port of 127.0.0.1 on which nobody listened a moment ago.
 *
 * @param wished any by default
 * @throws Error of the system when somebody listens on the wished one
 */
export async function freePort(wished = 0): Promise<number> {
  const server = await listen(wished);
  return leave(server);
}

/** Such ports, each another. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => listen(0)));
  return Promise.all(servers.map(leave));
}

async function listen(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function leave(server: Server): Promise<number> {
  // Listening on TCP always gives an AddressInfo.
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return port;
}
