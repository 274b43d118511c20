import { describe, expect, it } from '@jest/globals';
import { createBlockWriter } from './block-writer.js';

describe('block writer', () => {
  it('holds back the writer while as many blocks are on their way as may be', async () => {
    const waiting: (() => void)[] = [];
    const writer = createBlockWriter(
      { blockBytes: 4, blocksAtOnce: 3 },
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
    const writer = createBlockWriter({ blockBytes: 4, blocksAtOnce: 2 }, async (block) => {
      sizes.push(block.length);
    });
    await writer.finish();
    expect(sizes).toEqual([0]);
  });

  it('throws the first failure at the next write and at the end', async () => {
    const full = new Error('disk full');
    const writer = createBlockWriter({ blockBytes: 4, blocksAtOnce: 2 }, async (_block, n) => {
      if (n === 0) throw full;
    });
    await writer.write(Buffer.alloc(4));
    await writer.settle();
    await expect(writer.write(Buffer.alloc(1))).rejects.toBe(full);
    await expect(writer.finish()).rejects.toBe(full);
  });
});
