/** The part of the optional package that is used. */
interface Emulator {
  createRedisMock(): Promise<{ host: string; port: number; close(): Promise<void> }>;
}

/**
 * An in-memory emulator inside this process: no persistence, some thirty times slower than Redis. For a demo on a
 * machine where nothing else can be had. Its package is optional and installs on Node 22 and later only.
 */
export async function startEmulator(): Promise<{ url: string; stop(): Promise<void> }> {
  const name = 'js-redis-server';
  // The package may be absent, so its types cannot be relied on; these are the members of version 0.3.0.
  const { createRedisMock } = (await import(name)) as Emulator;
  const server = await createRedisMock();
  return { url: `redis://${server.host}:${server.port}`, stop: () => server.close() };
}
