import { ServerUnreachableError } from '../errors.js';
import type { Patience } from '../patience.js';
import type { OpenedDownload } from './open-download.js';

/** A download cannot go on from where it broke off: it must begin again. */
export class BeginAgainError extends Error {
  override readonly name = 'BeginAgainError';
  /** Whether bytes that were stored are of no use: they are of another file, or the server has no ranges. */
  readonly drops: boolean;

  constructor(message: string, { drops, cause }: { readonly drops: boolean; readonly cause?: unknown }) {
    super(message, { cause });
    this.drops = drops;
  }
}

/**
 * The bytes of a file as they come over the wire. When the connection breaks off, the rest is asked for by a range, if the
 * server has ranges and the file is the same (https://www.rfc-editor.org/rfc/rfc9110#section-14).
 *
 * @param start bytes that came before
 * @param onOffset hears how many bytes have come in all
 * @throws BeginAgainError with the failure as its cause, when there is no rest to be had
 */
export async function* resumedBytes(
  url: string,
  { begun, start }: { readonly begun: OpenedDownload; readonly start: number },
  open: (headers: Readonly<Record<string, string>>) => Promise<OpenedDownload>,
  patience: Patience,
  onOffset: (offset: number) => void,
): AsyncGenerator<Buffer> {
  const validator = validatorOf(begun);
  let offset = start;
  for (let opened = begun; ;) {
    try {
      for await (const chunk of opened.body) {
        const bytes = bufferOf(chunk as Uint8Array);
        offset += bytes.length;
        onOffset(offset);
        yield bytes;
      }
      return;
    } catch (error) {
      const failure = new ServerUnreachableError('GET', url, error);
      await patience.failed(failure);
      if (validator === undefined) throw new BeginAgainError('no ranges', { drops: false, cause: failure });
    }
    opened = await open({ range: `bytes=${offset}-`, 'if-range': validator });
    if (!continuesAt(opened, offset)) {
      opened.body.destroy();
      throw new BeginAgainError('another file', {
        drops: true,
        cause: new ServerUnreachableError('GET', url, 'broke off'),
      });
    }
  }
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A validator that tells two files apart for sure, of a server that says that it has ranges. */
function validatorOf({ headers }: OpenedDownload): string | undefined {
  if (headers['accept-ranges']?.trim().toLowerCase() !== 'bytes') return undefined;
  const { etag } = headers;
  if (etag !== undefined) return etag.startsWith('W/') ? undefined : etag;
  // Packing on the fly changes bytes and not the date.
  return headers['content-encoding'] === undefined ? headers['last-modified'] : undefined;
}

/** Whether an answer is the rest of a file, from an offset on. */
export function continuesAt({ status, headers }: OpenedDownload, offset: number): boolean {
  return status === 206 && headers['content-range']?.startsWith(`bytes ${offset}-`) === true;
}
