import type { IncomingMessage } from 'node:http';
import { refuse } from '@millrace/protocol';

/**
 * Reads the bytes of a body as they come, and gives it up as soon as it is longer than `mostBytes` or `take` throws.
 * It passes over the rest of a refused body, up to a limit, so that a client that still sends can read the answer.
 *
 * @param take is given all bytes, in order
 * @throws ProtocolError 413, 400 for a body that ends early; what `take` throws
 */
export async function readBody(
  request: IncomingMessage,
  mostBytes: number,
  take: (bytes: Uint8Array) => void,
): Promise<void> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > mostBytes) {
    passOver(request);
    throw tooLong(mostBytes);
  }
  let length = 0;
  try {
    await new Promise<void>((resolve, reject) => {
      request.on('data', (chunk: Buffer) => {
        try {
          length += chunk.length;
          if (length > mostBytes) throw tooLong(mostBytes);
          take(chunk);
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
