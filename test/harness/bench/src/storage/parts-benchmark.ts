import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import { removePrefix } from '@millrace/storage';
import type { Sink, SinkConfig } from '@millrace/storage';
import { storeAt } from './compose.js';

export interface PartsArguments {
  readonly parts: number;
  /** Bytes of each part. */
  readonly partBytes: number;
}

/** Open at the same time, as by a pass of several views. */
const OPEN_AT_ONCE = 8;
const CHUNK_BYTES = 64 << 10;
const LOOKS = 10;

/**
 * Stores many parts in a server of another process that forgets their bytes, lists and removes them. The memory of this process
 * is looked at after each tenth of the parts.
 */
export async function measureParts(
  { parts, partBytes }: PartsArguments,
  { signal, report }: { readonly signal: AbortSignal; report(line: string): void },
): Promise<object> {
  await using server = await startSparseServer();
  const store = storeAt(server.config);
  const chunk = Buffer.alloc(CHUNK_BYTES, 'x');
  const memory: number[] = [];
  const begun = performance.now();
  for (let stored = 0; stored < parts;) {
    signal.throwIfAborted();
    const count = Math.min(OPEN_AT_ONCE, parts - stored);
    await Promise.all(
      Array.from({ length: count }, (_, at) => storePart(store, stored + at, partBytes, chunk)),
    );
    stored += count;
    if (stored < ((memory.length + 1) * parts) / LOOKS) continue;
    memory.push(process.memoryUsage.rss());
    report(`${stored} parts, ${Math.round((memory.at(-1) ?? 0) / 1e6)} MB of memory`);
  }
  const storing = performance.now();
  let listed = 0;
  let bytes = 0;
  for await (const entry of store.list('t/e/')) {
    listed += 1;
    bytes += entry.bytes;
  }
  const listing = performance.now();
  const removed = await removePrefix(store, 't/e/');
  const seconds = (from: number, to: number): number => Math.round(to - from) / 1000;
  return {
    parts,
    bytes,
    listed,
    removed,
    secondsToStore: seconds(begun, storing),
    secondsToList: seconds(storing, listing),
    secondsToRemove: seconds(listing, performance.now()),
    memoryBytes: memory,
    // Of the second half beyond the first, in which buffers and compiled code come.
    grownBytes: Math.max(...memory.slice(LOOKS / 2)) - Math.max(...memory.slice(0, LOOKS / 2)),
  };
}

async function storePart(store: Sink, number: number, bytes: number, chunk: Uint8Array): Promise<void> {
  await using upload = await store.open(`t/e/shard-${number}/1-n/1.csv`);
  for (let left = bytes; left > 0; left -= chunk.length) {
    await upload.write(left < chunk.length ? chunk.subarray(0, left) : chunk);
  }
  await upload.commit();
}

async function startSparseServer(): Promise<AsyncDisposable & { readonly config: SinkConfig }> {
  const program = fileURLToPath(new URL('sparse-server.js', import.meta.url));
  const server = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(server.stdout), 'line')) as [string];
  const { endpoint, credentials } = JSON.parse(line) as {
    readonly endpoint: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  return {
    config: { kind: 's3', bucket: 'bucket', endpoint, credentials },
    async [Symbol.asyncDispose]() {
      const ended = once(server, 'exit');
      server.stdin.end();
      await ended;
    },
  };
}
