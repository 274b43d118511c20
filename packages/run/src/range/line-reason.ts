/** How things begin that are taken for lines of resources now and then. */
const BEGINNINGS: readonly { readonly bytes: readonly number[]; readonly reason: string }[] = [
  {
    bytes: [0xef, 0xbb, 0xbf],
    reason: 'it begins with a byte order mark, which only the start of a file may have',
  },
  { bytes: [0xff, 0xfe], reason: 'it is UTF-16; expected UTF-8' },
  { bytes: [0xfe, 0xff], reason: 'it is UTF-16; expected UTF-8' },
  { bytes: [0x7b, 0x00], reason: 'it is UTF-16; expected UTF-8' },
  { bytes: [0x00, 0x7b], reason: 'it is UTF-16; expected UTF-8' },
  { bytes: [0x1f, 0x8b], reason: 'it is gzip; expected a file name that ends with .gz' },
  {
    bytes: [0x50, 0x4b, 0x03, 0x04],
    reason: 'it is a ZIP archive; expected lines of resources, or gzip of them',
  },
  {
    bytes: [0x28, 0xb5, 0x2f, 0xfd],
    reason: 'it is Zstandard; expected lines of resources, or gzip of them',
  },
  { bytes: [0x42, 0x5a, 0x68], reason: 'it is bzip2; expected lines of resources, or gzip of them' },
  { bytes: [0xfd, 0x37, 0x7a, 0x58], reason: 'it is xz; expected lines of resources, or gzip of them' },
  { bytes: [0x50, 0x41, 0x52, 0x31], reason: 'it is Parquet; expected lines of resources, or gzip of them' },
];

/** JSON whose values span lines: a bracket alone, or an array that begins. */
const OPENS_SEVERAL_LINES = /^\s*(?:[[{]\s*|\[.*)$/;

/**
 * Why a line is not a resource, for people who have the file: the kind of text that it is, else the fault
 * that the parser found.
 *
 * @param fault what the parser found
 */
export function lineReason(line: Uint8Array, fault: string): string {
  const known = BEGINNINGS.find(({ bytes }) => bytes.every((byte, index) => line[index] === byte));
  if (known) return known.reason;
  const start = Buffer.from(line.buffer, line.byteOffset, Math.min(line.length, 1000)).toString('latin1');
  if (OPENS_SEVERAL_LINES.test(start)) {
    return `${fault}; it seems to be JSON over several lines or a list, expected one resource on each line`;
  }
  return fault;
}
