import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { CorruptInputError, InputChangedError, LineTooLongError } from '../errors.js';
import { createMemorySource } from '../memory/memory-source.js';
import type { PinnedInput, Source } from '../source.js';
import type { LineReaderOptions } from './line-reader.js';
import { readLineBlocks } from './line-reader.js';

interface Opened {
  readonly source: Source;
  readonly input: PinnedInput;
  readonly files: Map<string, Uint8Array>;
}

async function opened(content: Uint8Array, key = 'Patient.ndjson'): Promise<Opened> {
  const files = new Map([[key, content]]);
  const source = createMemorySource({ name: 'main', fhirVersion: 'R4', files });
  const [input] = await source.list('Patient');
  if (!input) throw new Error('not listed');
  return { source, input, files };
}

async function blocksOf(
  { source, input }: Opened,
  options: LineReaderOptions = {},
  start = 0,
  end = input.bytes,
) {
  const blocks: { text: string; offset: number; storedOffset: number }[] = [];
  for await (const { bytes, offset, storedOffset } of readLineBlocks(
    source,
    input,
    { start, end },
    options,
  )) {
    blocks.push({ text: bytes.toString(), offset, storedOffset });
  }
  return blocks;
}

function randomLines(seed: number, count: number, longest: number): string {
  let state = seed;
  const random = (limit: number) => (state = (state * 1103515245 + 12345) % 2147483648) % limit;
  return Array.from({ length: count }, (_, n) => `${n}${'é'.repeat(random(longest))}\n`).join('');
}

describe('reading lines', () => {
  it.each([
    ['short lines', randomLines(1, 20_000, 20)],
    ['lines around the block size', randomLines(2, 500, 1500)],
    ['lines longer than chunks', randomLines(3, 12, 100_000)],
    ['a missing last newline', `${randomLines(4, 5000, 30)}last`],
    ['empty lines', '\n'.repeat(100_000)],
    ['nothing', ''],
    ['one byte', 'x'],
    ['one newline', '\n'],
  ])(
    'gives all bytes of %s in blocks of whole lines, plain and compressed alike',
    async (_title, content) => {
      for (const [stored, key] of [
        [Buffer.from(content), 'Patient.ndjson'],
        [gzipSync(content), 'Patient.ndjson.gz'],
      ] as const) {
        const blocks = await blocksOf(await opened(stored, key), { blockBytes: 2048 });
        expect(blocks.map(({ text }) => text).join('') === content).toBe(true);
        let offset = 0;
        for (const [n, block] of blocks.entries()) {
          expect(block.offset).toBe(offset);
          offset += Buffer.byteLength(block.text);
          if (n < blocks.length - 1) expect(block.text.endsWith('\n')).toBe(true);
          if (block.text.length > 2048 && n > 0) {
            const lines = block.text.split('\n');
            expect(lines.some((line) => Buffer.byteLength(line) > 700)).toBe(true);
          }
        }
        expect(offset).toBe(Buffer.byteLength(content));
      }
    },
  );

  it.each([
    ['before lines', 'aa\nbb\n', 'aa\nbb\n'],
    ['before nothing', '', ''],
    ['before another one, which stays', '\ufeffaa\n', '\ufeffaa\n'],
  ])(
    'passes over a byte order mark at the start %s, plain and compressed alike',
    async (_title, content, text) => {
      const marked = Buffer.from(`\ufeff${content}`);
      for (const file of [await opened(marked), await opened(gzipSync(marked), 'Patient.ndjson.gz')]) {
        const [block] = await blocksOf(file);
        expect(block).toEqual({ text, offset: 3, storedOffset: file.input.bytes });
      }
    },
  );

  it('leaves a byte order mark at the start of a later range, or where it goes on', async () => {
    const file = await opened(Buffer.from('aa\n\ufeffbb\n'));
    expect(await blocksOf(file)).toEqual([{ text: 'aa\n\ufeffbb\n', offset: 0, storedOffset: 9 }]);
    expect(await blocksOf(file, {}, 3, 9)).toEqual([{ text: '\ufeffbb\n', offset: 3, storedOffset: 9 }]);
    expect(await blocksOf(file, { from: 3 }, 0, 9)).toEqual([
      { text: '\ufeffbb\n', offset: 3, storedOffset: 9 },
    ]);
  });

  it('gathers lines up to the block size, not one by one', async () => {
    const content = Buffer.from('x'.repeat(99).concat('\n').repeat(20_000));
    const blocks = await blocksOf(await opened(content), { blockBytes: 20_000 });
    expect(blocks.length).toBeLessThan(150);
  });

  it('reads a range, from its beginning or from where it was left', async () => {
    const file = await opened(Buffer.from('aa\nbb\ncc\ndd\n'));
    expect(await blocksOf(file, {}, 3, 9)).toEqual([{ text: 'bb\ncc\n', offset: 3, storedOffset: 9 }]);
    expect(await blocksOf(file, { from: 6 }, 3, 9)).toEqual([{ text: 'cc\n', offset: 6, storedOffset: 9 }]);
    expect(await blocksOf(file, { from: 9 }, 3, 9)).toEqual([]);
  });

  it('goes on in gzip at an offset of the decompressed lines', async () => {
    const content = randomLines(5, 30_000, 30);
    const file = await opened(gzipSync(content), 'Patient.ndjson.gz');
    const all = await blocksOf(file);
    const middle = all[Math.floor(all.length / 2)];
    if (!middle) throw new Error('too few blocks');
    const rest = await blocksOf(file, { from: middle.offset });
    expect(rest[0]?.offset).toBe(middle.offset);
    expect(rest.map(({ text }) => text).join('')).toBe(
      Buffer.from(content).subarray(middle.offset).toString(),
    );
    expect(await blocksOf(file, { from: Buffer.byteLength(content) })).toEqual([]);
  });

  it('reports progress in stored bytes', async () => {
    const file = await opened(gzipSync(randomLines(6, 100_000, 30)), 'Patient.ndjson.gz');
    const stored = (await blocksOf(file)).map(({ storedOffset }) => storedOffset);
    expect(stored).toEqual(stored.toSorted((a, b) => a - b));
    expect(stored[0]).toBeLessThan(file.input.bytes / 2);
    expect(stored.at(-1)).toBe(file.input.bytes);
  });

  it.each([0, 1, 7])(
    'reads gzip of several members, the second starting at chunk offset %i',
    async (shift) => {
      const first = memberOfSize(65_536 + shift);
      const second = gzipSync('{"id":"b"}\n');
      const file = await opened(Buffer.concat([first.stored, second, second]), 'Patient.ndjson.gz');
      const text = (await blocksOf(file)).map((block) => block.text).join('');
      expect(text === `${first.text}{"id":"b"}\n{"id":"b"}\n`).toBe(true);
    },
  );

  it.each([
    ['is cut short', (gzip: Buffer) => gzip.subarray(0, -5)],
    ['has a wrong bit', (gzip: Buffer) => flipped(gzip, gzip.length >> 1)],
    ['has a wrong checksum', (gzip: Buffer) => flipped(gzip, gzip.length - 6)],
    ['has zeros for its second member', (gzip: Buffer) => Buffer.concat([gzip, Buffer.alloc(100)])],
    ['has something else at its end', (gzip: Buffer) => Buffer.concat([gzip, Buffer.from('{}\n')])],
    ['is not gzip', () => Buffer.from('{}\n')],
    ['is empty', () => Buffer.alloc(0)],
  ])('names the input when gzip %s', async (_title, damage) => {
    const file = await opened(damage(gzipSync(randomLines(7, 50_000, 30))), 'Patient.ndjson.gz');
    const error = await blocksOf(file).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(CorruptInputError);
    expect(error).toMatchObject({ key: 'Patient.ndjson.gz' });
  });

  it.each(['Patient.ndjson', 'Patient.ndjson.gz'])(
    'names the offset of a line that is too long in %s',
    async (key) => {
      const content = `{}\n${'x'.repeat(200_001)}\n{}\n`;
      const file = await opened(key.endsWith('.gz') ? gzipSync(content) : Buffer.from(content), key);
      const options = { blockBytes: 1000, maxLineBytes: 200_000 };
      const error = await blocksOf(file, options).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(LineTooLongError);
      expect(error).toMatchObject({ key, offset: 3, maxLineBytes: 200_000 });
      expect(await blocksOf(file, { ...options, maxLineBytes: 200_001 })).not.toEqual([]);
    },
  );

  it.each(['Patient.ndjson', 'Patient.ndjson.gz'])(
    'can be left or aborted in the middle of %s',
    async (key) => {
      const content = Buffer.from(randomLines(8, 200_000, 60));
      const file = await opened(key.endsWith('.gz') ? gzipSync(content) : content, key);
      for await (const block of readLineBlocks(file.source, file.input, {
        start: 0,
        end: file.input.bytes,
      })) {
        expect(block.offset).toBe(0);
        break;
      }
      const controller = new AbortController();
      const gone = new Error('the lease is gone');
      const reading = async () => {
        const range = { start: 0, end: file.input.bytes };
        for await (const { bytes } of readLineBlocks(file.source, file.input, range, controller)) {
          if (bytes.length > 0) controller.abort(gone);
        }
      };
      await expect(reading()).rejects.toThrow(gone);
    },
  );

  it.each(['Patient.ndjson', 'Patient.ndjson.gz'])('says that %s changed while it was read', async (key) => {
    const content = Buffer.from(randomLines(9, 100_000, 60));
    const file = await opened(key.endsWith('.gz') ? gzipSync(content) : content, key);
    const reading = async () => {
      const range = { start: 0, end: file.input.bytes };
      for await (const { bytes } of readLineBlocks(file.source, file.input, range)) {
        file.files.set(key, Buffer.from(bytes.subarray(0, 1)));
      }
    };
    await expect(reading()).rejects.toThrow(InputChangedError);
  });
});

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 4;
  return copy;
}

/** A stored (not deflated) gzip member of exactly this many bytes. */
function memberOfSize(size: number): { stored: Buffer; text: string } {
  for (let length = size - 40; ; length += 1) {
    const text = `${'x'.repeat(length)}\n`;
    const stored = gzipSync(text, { level: 0 });
    if (stored.length === size) return { stored, text };
    if (stored.length > size) throw new Error('no such member');
  }
}
