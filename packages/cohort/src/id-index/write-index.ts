import { crc32 } from 'node:zlib';
import { encodeDirectory } from './index-directory.js';
import type { IndexDirectory } from './index-directory.js';
import { encodeRecord } from './index-record.js';
import type { IndexRecord } from './index-record.js';
import { INDEX_SCHEMA_VERSION } from './index-keys.js';

/** A look-up reads a block for each id: about 800 ids of 36 characters. A larger record has a block of its own. */
const BLOCK_BYTES = 32 << 10;

/** The file that an index belongs to, and how far the index goes. */
export type IndexFacts = Pick<IndexDirectory, 'of' | 'end' | 'isWhole'>;

/**
 * Writes an index, of which one block is held at a time.
 *
 * @param batches records in the order of their ids
 */
export async function writeIndex(
  batches: AsyncIterable<readonly IndexRecord[]> | Iterable<readonly IndexRecord[]>,
  facts: () => IndexFacts,
  write: (chunk: Uint8Array) => Promise<void>,
): Promise<{ readonly records: number; readonly bytes: number }> {
  const blocks: IndexDirectory['blocks'] = [];
  let pieces: Buffer[] = [];
  let pending = 0;
  let firstId = '';
  let offset = 0;
  let records = 0;

  async function endBlock(): Promise<void> {
    if (pieces.length === 0) return;
    const block = Buffer.concat(pieces);
    blocks.push([firstId, offset, block.length, crc32(block), pieces.length]);
    offset += block.length;
    pieces = [];
    pending = 0;
    await write(block);
  }

  for await (const batch of batches) {
    for (const record of batch) {
      const piece = encodeRecord(record);
      if (pending > 0 && pending + piece.length > BLOCK_BYTES) await endBlock();
      if (pending === 0) firstId = record.id;
      pieces.push(piece);
      pending += piece.length;
      records += 1;
    }
  }
  await endBlock();
  const directory = encodeDirectory({
    ...facts(),
    schemaVersion: INDEX_SCHEMA_VERSION,
    records,
    blocks,
  });
  await write(directory);
  return { records, bytes: offset + directory.length };
}
