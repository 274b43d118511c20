/**
 * An in-memory emulator inside this process: no persistence, some thirty times slower than Redis. For a demo on a
 * machine where nothing else can be had. Its package is optional and installs on Node 22 and later only.
 */
export async function startEmulator(): Promise<{ url: string; stop(): Promise<void> }> {
  const { createRedisMock } = await import('js-redis-server');
  const server = await createRedisMock();
  return { url: `redis://${server.host}:${server.port}`, stop: () => server.close() };
}
