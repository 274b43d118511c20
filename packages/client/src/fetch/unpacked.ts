import type { Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { UnexpectedAnswerError } from '../errors.js';

/**
 * The transform from the bytes of the wire to those of the file. Files are asked for packed by gzip, or plain.
 *
 * @returns undefined for bytes that are not packed
 */
export function unpacker(encoding: string | undefined, url: string): Transform | undefined {
  switch (encoding?.trim().toLowerCase()) {
    case undefined:
    case '':
    case 'identity':
      return undefined;
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    default:
      throw new UnexpectedAnswerError(url, `Content-Encoding ${encoding}`, 'gzip or none, as was asked for');
  }
}
