import type { IncomingMessage } from 'node:http';
import { refuse } from '@millrace/protocol';

/**
 * Reads the bytes of a body as they come, and gives it up as soon as it is longer than `mostBytes` or `onBytes` throws.
 * It passes over the rest of a refused body, up to a limit, so that a client that still sends can read the answer.
 *
 * @throws ProtocolError 413, 400 for a body that ends early; what `onBytes` throws
 */
export async function readBody(
  request: IncomingMessage,
  mostBytes: number,
  onBytes: (bytes: number) => void,
): Promise<Uint8Array> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > mostBytes) {
    passOver(request);
    throw tooLong(mostBytes);
  }
  const body = createGrowingBuffer(announced, mostBytes);
  try {
    await new Promise<void>((resolve, reject) => {
      request.on('data', (chunk: Buffer) => {
        try {
          if (body.length + chunk.length > mostBytes) throw tooLong(mostBytes);
          onBytes(chunk.length);
          body.append(chunk);
        } catch (error) {
          // There may be one chunk more before the stream rests.
          request.removeAllListeners('data').pause();
          reject(error);
        }
      });
      request.once('end', resolve);
      request.once('error', () => reject(endedEarly()));
      request.once('close', () => {
        if (!request.complete) reject(endedEarly());
      });
    });
  } catch (error) {
    passOver(request);
    throw error;
  }
  return body.bytes();
}

const LEAST_BYTES = 4096;

/** A body that comes byte by byte takes no more memory than one that comes in large pieces. */
function createGrowingBuffer(expected: number, most: number) {
  let buffer = Buffer.allocUnsafe(0);
  let length = 0;
  return {
    get length() {
      return length;
    },
    append(chunk: Buffer): void {
      const needed = length + chunk.length;
      if (needed > buffer.length) {
        // Believe the announced length once the client has sent half of it.
        const likely = Math.max(LEAST_BYTES, Math.min(expected, 2 * needed));
        const grown = Buffer.allocUnsafe(Math.min(most, Math.max(needed, likely, 2 * buffer.length)));
        buffer.copy(grown, 0, 0, length);
        buffer = grown;
      }
      chunk.copy(buffer, length);
      length = needed;
    },
    bytes: (): Uint8Array => buffer.subarray(0, length),
  };
}

/** As much as a client may still have sent of a refused body. */
const MOST_PASSED_OVER_BYTES = 64 << 20;

/** Reads on without keeping anything, and closes the connection of a client that does not come to an end. */
export function passOver(request: IncomingMessage): void {
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MOST_PASSED_OVER_BYTES) request.socket.destroy();
  });
  request.on('error', () => undefined).resume();
}

export function tooLong(mostBytes: number): Error {
  return refuse(
    413,
    'too-long',
    `the body is larger than ${mostBytes} bytes, which is as much as this server reads`,
  );
}

function endedEarly(): Error {
  return refuse(400, 'incomplete', 'the body ended early');
}
