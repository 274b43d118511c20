import { constants, createReadStream, fstat, openSync, stat } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { ReadOnceError, emptySurvey, gunzipStream } from '@millrace/storage';
import type { Source } from '@millrace/storage';
import { STANDARD_INPUT, type InputPlace } from './input-place.js';

/** More bytes than any pipe delivers. */
const ENDLESS = Number.MAX_SAFE_INTEGER;

/**
 * The content of a pipe, as one input that can be read once, from its start. It may hold resources of any types. Gzip
 * is known by its first bytes and decompressed on the way, so that the input is one without compression.
 */
export function createPipeSource(place: InputPlace): Source {
  const { path, fhirVersion } = place;
  const key = path === STANDARD_INPUT ? 'standard input' : path;
  let isRead = false;
  return {
    name: key,
    fhirVersion,
    async list() {
      const found = path === STANDARD_INPUT ? await promisify(fstat)(0) : await promisify(stat)(path);
      const version = `pipe ${found.dev}:${found.ino}`;
      return [{ key, bytes: ENDLESS, compression: 'none', version }];
    },
    survey: async () => emptySurvey(),
    async *read(_input, start, _end, signal) {
      if (isRead || start !== 0) throw new ReadOnceError(key);
      isRead = true;
      const stream = openPipe(place);
      try {
        for await (const chunk of contentOf(stream, key)) {
          yield chunk;
          signal?.throwIfAborted();
        }
      } finally {
        stream.destroy();
      }
    },
    probe: async () => undefined,
  };
}

/** Of a pipe without a thread that waits in a read, which would keep the process from ending. */
function openPipe({ kind, path }: InputPlace): Readable {
  const isStandard = path === STANDARD_INPUT;
  if (kind !== 'stream') return isStandard ? createReadStream('', { fd: 0 }) : createReadStream(path);
  const fd = isStandard ? 0 : openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return new Socket({ fd, readable: true, writable: false });
}

async function* contentOf(stream: Readable, key: string): AsyncGenerator<Uint8Array, void, undefined> {
  const chunks = (stream as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  const head: Buffer[] = [];
  const start = (): Buffer => Buffer.concat(head);
  while (start().length < 2) {
    const next = await chunks.next();
    if (next.done) break;
    head.push(next.value);
  }
  const isGzip = start()[0] === 0x1f && start()[1] === 0x8b;
  const whole = inTurn(head, chunks);
  yield* isGzip ? gunzipStream(whole, key) : whole;
}

async function* inTurn(
  head: readonly Buffer[],
  rest: AsyncIterator<Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  yield* head;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}
