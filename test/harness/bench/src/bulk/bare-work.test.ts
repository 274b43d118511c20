import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { doBareWork } from './bare-work.js';

test('bare work copies the bytes of a range, and parses each of its lines', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-bare-'));
  try {
    const [file, to] = [join(folder, 'in.ndjson'), join(folder, 'out.ndjson')];
    await writeFile(file, '{"a":1}\n{"b":2}\nno JSON\n');
    doBareWork({ file, start: 8, end: 24, how: { kind: 'copy', to } });
    expect(await readFile(to, 'utf8')).toBe('{"b":2}\nno JSON\n');
    doBareWork({ file, start: 0, end: 16, how: { kind: 'parse' } });
    expect(() => doBareWork({ file, start: 8, end: 24, how: { kind: 'parse' } })).toThrow(SyntaxError);
  } finally {
    await rm(folder, { recursive: true });
  }
});
