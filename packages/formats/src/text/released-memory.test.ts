import { expect, test } from '@jest/globals';
import { createPartEncoder } from '../create-part-encoder.js';
import { columnsNamed } from '../testing/encode.js';

const format = { format: 'csv', header: false } as const;
const columns = columnsNamed('a');

test('the memory of a complete part serves the next one, which has none of its bytes', () => {
  const [first, second] = [createPartEncoder(format, columns), createPartEncoder(format, columns)];
  first.add(['one, and much more than the next']);
  second.add(['two']);
  const bytes = first.finish();
  expect(Buffer.from(bytes).toString()).toBe('"one, and much more than the next"\n');
  first.release();
  const third = createPartEncoder(format, columns);
  third.add(['three']);
  const reused = third.finish();
  expect(reused.buffer).toBe(bytes.buffer);
  expect([reused, second.finish()].map((part) => Buffer.from(part).toString())).toEqual(['three\n', 'two\n']);
});
