import { describe, expect, test } from '@jest/globals';
import { jsonRows, ndjsonRows } from './rows.js';

async function* inChunks(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function all(rows: AsyncIterable<unknown>): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const row of rows) found.push(row);
  return found;
}

const ROWS = [{ a: 'ö, ] } " \\', b: [1, [2, { c: null }]] }, {}, { a: '\\"[' }, { a: '𝛼\n' }];
const NDJSON = ROWS.map((row) => `${JSON.stringify(row)}\n`).join('');

describe.each([1, 2, 3, 7, 1000])('in chunks of %i bytes', (size) => {
  test('rows of NDJSON and of a JSON array are those that were written', async () => {
    expect(await all(ndjsonRows(inChunks(NDJSON, size), JSON.parse))).toEqual(ROWS);
    expect(await all(ndjsonRows(inChunks(NDJSON.trimEnd(), size), JSON.parse))).toEqual(ROWS);
    for (const text of [
      JSON.stringify(ROWS),
      JSON.stringify(ROWS, undefined, 2),
      ` ${JSON.stringify(ROWS)}\n`,
    ])
      expect(await all(jsonRows(inChunks(text, size), JSON.parse))).toEqual(ROWS);
    expect(await all(jsonRows(inChunks('[ ]', size), JSON.parse))).toEqual([]);
  });
});

test('every cut of an answer is told, wherever it is', async () => {
  const json = JSON.stringify(ROWS);
  for (let end = 0; end < Buffer.byteLength(json); end += 1) {
    const cut = inChunks(Buffer.from(json).subarray(0, end).toString('latin1'), 5);
    await expect(all(jsonRows(cut, JSON.parse))).rejects.toMatchObject({ name: 'RowFaultError' });
  }
  await expect(all(ndjsonRows(inChunks('{"a":1}\n{"a"', 5), JSON.parse))).rejects.toThrow(
    'ends in the middle',
  );
});

test.each(['{"a":1}', '<html>', '[1]x', '[1][2]', '[1,,2]', '[,1]', '[{"a":1}}]'])(
  '%s is no list of rows',
  async (text) => {
    await expect(all(jsonRows(inChunks(text, 3), JSON.parse))).rejects.toMatchObject({
      name: 'RowFaultError',
    });
  },
);

test('bytes that are no UTF-8 are told, and never read as others', async () => {
  async function* latin1(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('{"a":"\xf6"}\n', 'latin1');
  }
  await expect(all(ndjsonRows(latin1(), JSON.parse))).rejects.toThrow('is not UTF-8');
});

test('a row may be read by another parser, which keeps its digits', async () => {
  expect(await all(ndjsonRows(inChunks('{"a":1.10}\n', 4), (text) => text))).toEqual(['{"a":1.10}']);
});
