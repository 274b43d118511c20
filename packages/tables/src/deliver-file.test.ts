import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { createMemorySink } from '@millrace/storage/memory';
import { deliverFile } from './deliver-file.js';

const CONTENT = Buffer.from('rows');
const FILE = {
  key: 'part',
  bytes: CONTENT.length,
  etag: '1',
  sha256: createHash('sha256').update(CONTENT).digest('hex'),
};
const never = new AbortController().signal;

function reading(content: Buffer) {
  let reads = 0;
  return {
    reads: () => reads,
    async *stream(): AsyncGenerator<Uint8Array> {
      reads += 1;
      yield content;
    },
  };
}

describe('a file of a table', () => {
  test('is copied once', async () => {
    const [from, to] = [reading(CONTENT), createMemorySink()];
    await deliverFile(from, FILE, to, 't/a.parquet', never);
    await deliverFile(from, FILE, to, 't/a.parquet', never);
    expect(Buffer.from((await to.read('t/a.parquet')) ?? '')).toEqual(CONTENT);
    expect(from.reads()).toBe(1);
  });

  test('of which another content was stored meanwhile is refused, and leaves nothing', async () => {
    const to = createMemorySink();
    const delivered = deliverFile(reading(Buffer.from('raws')), FILE, to, 't/a.parquet', never);
    await expect(delivered).rejects.toThrow('is not what was committed');
    expect(await to.stat('t/a.parquet')).toBeUndefined();
  });

  test('is not stored when the work is stopped', async () => {
    const to = createMemorySink();
    const stop = AbortSignal.abort(new Error('lost'));
    await expect(deliverFile(reading(CONTENT), FILE, to, 't/a.parquet', stop)).rejects.toThrow('lost');
    expect(await to.stat('t/a.parquet')).toBeUndefined();
  });
});
