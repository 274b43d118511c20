import { getPriority } from 'node:os';
import { expect, test } from '@jest/globals';
import { createThreadPool } from '@millrace/threads';

const BUILT = new URL('../../packages/threads/dist/index.js', import.meta.url).href;
const THREAD = `
import { getPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { serveThread } from '${BUILT}';
serveThread(parentPort, () => getPriority());
`;

test('a thread that serves a pool leaves the processor to the main thread', async () => {
  const own = getPriority();
  const pool = createThreadPool<null, number>({
    thread: new URL(`data:text/javascript,${encodeURIComponent(THREAD)}`),
    limitMs: 60_000,
    heapMb: 64,
    size: 1,
    mostWaiting: 1,
    patienceMs: 60_000,
  });
  const ofThread = await pool.run(null);
  await pool[Symbol.asyncDispose]();
  // Only Linux has a priority for each thread.
  expect(ofThread).toBe(process.platform === 'linux' ? 10 : own);
  expect(getPriority()).toBe(own);
});
