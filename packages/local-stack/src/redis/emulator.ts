/**
 * An in-memory emulator inside this process: no persistence, some thirty times slower than Redis. For a demo on a
 * machine where nothing else can be had. Its package asks for Node 22 but works on Node 20, where npm would leave it
 * out if it were an optional dependency.
 */
export async function startEmulator(): Promise<{ url: string; stop(): Promise<void> }> {
  const { createRedisMock } = await import('js-redis-server');
  const server = await createRedisMock();
  return { url: `redis://${server.host}:${server.port}`, stop: () => server.close() };
}
