import { describe, expect, it } from '@jest/globals';
import { createBlockWriter } from './block-writer.js';
import { createSpareBuffers } from './spare-buffers.js';

describe('block writer', () => {
  it('holds back the writer while the maximum number of blocks is being written', async () => {
    const waiting: (() => void)[] = [];
    const writer = createBlockWriter(
      { buffers: createSpareBuffers(4, 1), blocksAtOnce: 3 },
      () => new Promise((resolve) => waiting.push(resolve)),
    );
    await writer.write(Buffer.alloc(12));
    let isWritten = false;
    const fourth = writer.write(Buffer.alloc(1)).then(() => (isWritten = true));
    await new Promise(setImmediate);
    expect([waiting.length, isWritten]).toEqual([3, false]);
    waiting[1]?.();
    await fourth;
    for (const resolve of waiting) resolve();
    const finished = writer.finish();
    await new Promise(setImmediate);
    waiting[3]?.();
    expect(await finished).toMatchObject({ bytes: 13 });
  });

  it('sends one empty block when nothing was written', async () => {
    const sizes: number[] = [];
    const writer = createBlockWriter(
      { buffers: createSpareBuffers(4, 1), blocksAtOnce: 2 },
      async (block) => {
        sizes.push(block.length);
      },
    );
    await writer.finish();
    expect(sizes).toEqual([0]);
  });

  it('throws the first failure at the next write and at the end', async () => {
    const full = new Error('disk full');
    const writer = createBlockWriter(
      { buffers: createSpareBuffers(4, 1), blocksAtOnce: 2 },
      async (_block, n) => {
        if (n === 0) throw full;
      },
    );
    await writer.write(Buffer.alloc(4));
    await writer.settle();
    await expect(writer.write(Buffer.alloc(1))).rejects.toBe(full);
    await expect(writer.finish()).rejects.toBe(full);
  });

  it('fills the buffers of those that are done, and touches no block on its way', async () => {
    const buffers = createSpareBuffers(4, 8);
    const seen = new Set<ArrayBufferLike>();
    for (let n = 0; n < 3; n += 1) {
      const sent: string[] = [];
      const writer = createBlockWriter({ buffers, blocksAtOnce: 2 }, async (block) => {
        seen.add(block.buffer);
        await new Promise(setImmediate);
        sent.push(Buffer.from(block).toString());
      });
      await writer.write(Buffer.from(`${n}bcdefghijklm`));
      await writer.finish();
      expect(sent).toEqual([`${n}bcd`, 'efgh', 'ijkl', 'm']);
    }
    expect(seen.size).toBe(2);
  });
});
