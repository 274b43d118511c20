import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

const NEWLINE = 0x0a;

/**
 * A digest of the lines of some files, in any order and in any number of files: the sum of their hashes. The first line of
 * a file with a header is left out. A line that is missing, changed or there twice gives another digest.
 */
export async function digestLines(paths: readonly string[], hasHeader: boolean): Promise<string> {
  let sum = 0n;
  for (const path of paths) {
    const content = await readFile(path);
    let start = hasHeader ? content.indexOf(NEWLINE) + 1 : 0;
    while (start < content.length) {
      const newline = content.indexOf(NEWLINE, start);
      const end = newline < 0 ? content.length : newline;
      const hash = createHash('md5').update(content.subarray(start, end)).digest();
      sum = BigInt.asUintN(64, sum + hash.readBigUInt64LE());
      start = end + 1;
    }
  }
  return sum.toString(16);
}
