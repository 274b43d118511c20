import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

const BLOCK_BYTES = 1024 * 1024;

/** The floor of every way of a file: a plain loop that reads, hashes, writes and syncs it. Returns its hash. */
export async function copyBare(from: string, to: string): Promise<string> {
  await using input = await open(from);
  await using output = await open(to, 'wx');
  const hash = createHash('sha256');
  const block = Buffer.allocUnsafe(BLOCK_BYTES);
  for (;;) {
    const { bytesRead } = await input.read(block, 0, BLOCK_BYTES);
    if (bytesRead === 0) break;
    const read = block.subarray(0, bytesRead);
    hash.update(read);
    await output.write(read);
  }
  await output.sync();
  return hash.digest('hex');
}

/** The blocks of a file, each valid until the next one is asked for. */
export async function* blocksOf(path: string): AsyncGenerator<Buffer> {
  await using input = await open(path);
  const block = Buffer.allocUnsafe(BLOCK_BYTES);
  for (;;) {
    const { bytesRead } = await input.read(block, 0, BLOCK_BYTES);
    if (bytesRead === 0) return;
    yield block.subarray(0, bytesRead);
  }
}

/** Writes, hashes and syncs what comes. Returns its hash. */
export async function writeBare(chunks: AsyncIterable<Uint8Array>, to: string): Promise<string> {
  await using output = await open(to, 'wx');
  const hash = createHash('sha256');
  for await (const chunk of chunks) {
    hash.update(chunk);
    await output.write(chunk);
  }
  await output.sync();
  return hash.digest('hex');
}
