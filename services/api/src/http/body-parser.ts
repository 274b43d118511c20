import { ProtocolError, refuse } from '@millrace/protocol';
import { createThreadPool, ThreadCrashedError, ThreadOverdueError } from '@millrace/threads';
import type { BodyRead, BodyTask } from './body-thread.js';
import { readJson } from './read-json.js';
import type { JsonRead, WantedTexts } from './read-json.js';

/** Makes JSON of bodies without keeping other requests waiting. */
export interface BodyParser extends AsyncDisposable {
  /**
   * @param pieces the bytes of a body in order; they are read until this settles
   * @param tenant whose request it is: tenants take turns
   * @throws ProtocolError 400, 413; BusyError
   */
  parse(pieces: readonly Uint8Array[], wanted?: WantedTexts, tenant?: string): Promise<JsonRead>;
}

export interface ParserLimits {
  /** Bytes of a body. */
  readonly bodyBytes: number;
  /** Objects, lists and values in a body, all levels together. */
  readonly bodyValues: number;
}

/** A body up to this size is parsed in less time than a thread is asked. */
const SMALL_BYTES = 32 << 10;
/** As it is built, from wherever this file is loaded: a thread loads no TypeScript. */
const THREAD = new URL('../../dist/http/body-thread.js', import.meta.url);
/** One thread reads some ten bodies of the largest size in a second. */
const TERMS = { size: 1, limitMs: 10_000, patienceMs: 5_000, mostWaiting: 200 };

export function createBodyParser({ bodyBytes, bodyValues: mostValues }: ParserLimits): BodyParser {
  const heapMb = heapFor(bodyBytes, mostValues);
  const pool = createThreadPool<BodyTask, BodyRead>({ thread: THREAD, ...TERMS, heapMb });
  return {
    async parse(pieces, wanted, tenant) {
      const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
      if (length <= SMALL_BYTES) return readJson(Buffer.concat(pieces), mostValues, wanted);
      const read = await pool.run({ pieces, mostValues, wanted }, tenant).catch(refuseCostly);
      if (read.kind === 'read') return read;
      throw new ProtocolError(read.status, read.issues);
    },
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  };
}

/** Its modules, some copies of the text of a body of the largest size, and its values. */
function heapFor(bodyBytes: number, values: number): number {
  return 24 + Math.ceil((5 * bodyBytes + 160 * values) / (1 << 20));
}

function refuseCostly(error: unknown): never {
  const isCostly =
    error instanceof ThreadOverdueError || (error instanceof ThreadCrashedError && error.outOfMemory);
  if (!isCostly) throw error;
  throw refuse(413, 'too-costly', `the body could not be read: it ${error.message}`);
}
