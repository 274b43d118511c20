import { ProtocolError, refuse } from '@millrace/protocol';
import { createThreadPool, ThreadCrashedError, ThreadOverdueError } from '@millrace/threads';
import type { BodyRead, BodyTask } from './body-thread.js';
import { readJson } from './read-json.js';

/** Makes JSON of bodies without keeping other requests waiting. */
export interface BodyParser extends AsyncDisposable {
  /** @throws ProtocolError 400, 413; BusyError */
  parse(bytes: Uint8Array): Promise<unknown>;
}

/** A body up to this size is parsed in less time than a thread is asked. */
const SMALL_BYTES = 32 << 10;
/** As it is built, from wherever this file is loaded: a thread loads no TypeScript. */
const THREAD = new URL('../../dist/http/body-thread.js', import.meta.url);
/** One thread reads some ten bodies of the largest size in a second. */
const TERMS = { size: 1, limitMs: 10_000, patienceMs: 5_000, mostWaiting: 200, heapMb: 256 };

/** @param mostValues objects, lists and values in a body, all levels together */
export function createBodyParser(mostValues: number): BodyParser {
  const pool = createThreadPool<BodyTask, BodyRead>({ thread: THREAD, ...TERMS });
  return {
    async parse(bytes) {
      if (bytes.length <= SMALL_BYTES) return readJson(bytes, mostValues);
      const read = await pool.run({ bytes, mostValues }).catch(refuseCostly);
      if (read.kind === 'read') return read.value;
      throw new ProtocolError(read.status, read.issues);
    },
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  };
}

function refuseCostly(error: unknown): never {
  const isCostly =
    error instanceof ThreadOverdueError || (error instanceof ThreadCrashedError && error.outOfMemory);
  if (!isCostly) throw error;
  throw refuse(413, 'too-costly', `the body could not be read: it ${error.message}`);
}
