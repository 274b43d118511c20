import type { Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { UnexpectedAnswerError } from '../../errors.js';

/**
 * What turns the bytes of the wire into those of the file: the guide has files that are packed by gzip and such that are
 * not packed.
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
