import { quote } from '../errors/errors.js';

/** Leaves room for `.part{n}.parquet` in the 255 bytes that file systems give a name. */
const MAX_OUTPUT_NAME_BYTES = 200;

/**
 * Why a text cannot be the name of an output, or undefined when it can. The name becomes part of a URL, of a
 * header and of a file name on somebody's disk.
 */
export function outputNameFault(name: string): string | undefined {
  const reason = reasonAgainst(name);
  return reason === undefined ? undefined : `the output name ${quote(name)} ${reason}`;
}

function reasonAgainst(name: string): string | undefined {
  if (/\p{C}/u.test(name)) return 'has control or unassigned characters; it must be printable';
  if (name !== name.trim() || name === '') return 'starts or ends with a space; it must not';
  if (/[/\\]/.test(name)) return 'has a path separator; it must be a plain file name';
  if (name.includes('..') || name.startsWith('.'))
    return 'has ".." or a leading dot; it must be a plain file name';
  const bytes = Buffer.byteLength(name);
  if (bytes > MAX_OUTPUT_NAME_BYTES) {
    return `is ${bytes} bytes long; it must be at most ${MAX_OUTPUT_NAME_BYTES}`;
  }
  return undefined;
}

/**
 * Two names with the same key could not lie beside each other on every file system: letter case, Unicode forms
 * and the characters that Windows forbids do not tell names apart there.
 */
export function fileKey(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s<>:"|?*]/g, '_')
    .replace(/[. ]+$/, '');
}
