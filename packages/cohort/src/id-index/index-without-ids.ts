import { pinOf } from './index-keys.js';
import type { IndexedInput } from './index-keys.js';
import { writeIndex } from './write-index.js';

/** The index of a file that cannot be read: it says that it does not know which ids the file has. */
export async function indexWithoutIds(of: IndexedInput): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  const facts = { of: pinOf(of), end: 0, isWhole: false };
  await writeIndex(
    [],
    () => facts,
    async (chunk) => void chunks.push(chunk),
  );
  return Buffer.concat(chunks);
}
