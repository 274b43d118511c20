import { crc32 } from 'node:zlib';
import * as z from 'zod';
import { INDEX_SCHEMA_VERSION } from './index-keys.js';

/**
 * An index is a sorted table: blocks of records in the order of their ids, the directory as JSON, and twelve bytes of trailer:
 * the length of the directory, its CRC-32, and a magic number. Each block has a CRC-32 of its own, so that a look-up reads
 * and checks only the blocks that can have its ids.
 */
const directorySchema = z.object({
  schemaVersion: z.literal(INDEX_SCHEMA_VERSION),
  /** `pinOf` what the index is of. */
  of: z.string(),
  /** How much of the content of the file was read; the decompressed content of gzip. */
  end: z.int().nonnegative(),
  /** False where the file is damaged: ids may be in it that are not in the index. */
  isWhole: z.boolean(),
  records: z.int().nonnegative(),
  /**
   * The first id of each block, where the block is, how long it is, its CRC-32, and how many records it has. A large record, of a
   * group with many members, has a block of its own, so that the directory alone knows that it exists.
   */
  blocks: z.array(
    z.tuple([
      z.string(),
      z.int().nonnegative(),
      z.int().positive(),
      z.int().nonnegative(),
      z.int().positive(),
    ]),
  ),
});

export type IndexDirectory = Readonly<z.infer<typeof directorySchema>>;
export type BlockPlace = Readonly<IndexDirectory['blocks'][number]>;

const MAGIC = 0x58444d49;
const TRAILER_BYTES = 12;

/** The directory and the trailer. */
export function encodeDirectory(directory: IndexDirectory): Buffer {
  const json = Buffer.from(JSON.stringify(directory));
  const trailer = Buffer.alloc(TRAILER_BYTES);
  trailer.writeUInt32LE(json.length, 0);
  trailer.writeUInt32LE(crc32(json), 4);
  trailer.writeUInt32LE(MAGIC, 8);
  return Buffer.concat([json, trailer]);
}

/** Bytes of the directory with its trailer. Undefined when these bytes end no index. */
export function directoryBytes(tail: Buffer): number | undefined {
  const at = tail.length - TRAILER_BYTES;
  if (at < 0 || tail.readUInt32LE(at + 8) !== MAGIC) return undefined;
  return tail.readUInt32LE(at) + TRAILER_BYTES;
}

/** @param tail ends with the directory and its trailer. Undefined when these were damaged. */
export function decodeDirectory(tail: Buffer): IndexDirectory | undefined {
  const bytes = directoryBytes(tail);
  if (bytes === undefined || bytes > tail.length) return undefined;
  const json = tail.subarray(tail.length - bytes, tail.length - TRAILER_BYTES);
  if (crc32(json) !== tail.readUInt32LE(tail.length - TRAILER_BYTES + 4)) return undefined;
  return directorySchema.safeParse(JSON.parse(json.toString('utf8'))).data;
}
