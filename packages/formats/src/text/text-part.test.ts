import { describe, expect, it } from '@jest/globals';
import { createPartEncoder } from '../create-part-encoder.js';
import { columnsNamed, encode } from '../testing/encode.js';

const options = { format: 'csv', header: true } as const;

function manyRows(count: number): string[][] {
  return Array.from({ length: count }, (_, index) => [`row-${index}`, 'é'.repeat(index % 50)]);
}

describe('a text part', () => {
  it.each([1, 1000, 100_000, Number.MAX_SAFE_INTEGER])('has the same bytes when taken by %d', (takeBytes) => {
    const rows = manyRows(5000);
    const expected = ['a,b', ...rows.map((row) => row.join(','))].join('\n') + '\n';
    expect(encode(options, columnsNamed('a', 'b'), rows, { takeBytes }).toString()).toBe(expected);
  });

  it('gives nothing before there is enough', () => {
    const part = createPartEncoder(options, columnsNamed('a', 'b'));
    part.add(['x', 'y']);
    expect(part.take(9)).toBeUndefined();
    expect(part.take(8)?.toString()).toBe('a,b\nx,y\n');
    expect(part.take()).toBeUndefined();
  });

  it('counts rows and bytes, taken or not', () => {
    const part = createPartEncoder(options, columnsNamed('a', 'b'));
    for (const row of manyRows(3000)) part.add(row);
    const taken = part.take(50_000)?.length ?? 0;
    expect(taken).toBeGreaterThanOrEqual(50_000);
    const rest = part.finish().length;
    expect(part.rows).toBe(3000);
    expect(part.bytes).toBe(taken + rest);
  });

  it('holds one row that is larger than any buffer', () => {
    const long = '李'.repeat(2_000_000);
    expect(encode(options, columnsNamed('a', 'b'), [['x', long]]).length).toBe(4 + 2 + 6_000_000 + 1);
  });
});
