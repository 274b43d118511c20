import { describe, expect, test } from '@jest/globals';
import { CELL_HEAD_BYTES, CELL_KIND_BITS, CELL_ROW_BYTES, CELL_TEXT } from '@millrace/scan';
import { ByteWriter } from 'hyparquet-writer';
import { createPartEncoder } from '../create-part-encoder.js';
import { CellTypeError, KernelFaultError } from '../errors.js';
import { column } from '../testing/encode.js';
import { CellBytes } from './cell-bytes.js';
import { fileColumn } from './file-column.js';
import { giveBackKernel, takeKernel } from './kernel.js';
import { OpenRowGroup } from './open-row-group.js';

const limits = { rowGroupRows: 1000, rowGroupBytes: 1 << 18 };
/** Larger than any other kernel of this file. */
const LARGE = 40 << 20;

/** A row with one text. */
function row(text: string): Uint8Array {
  const cells = new CellBytes();
  cells.beginRow();
  cells.appendText(CELL_TEXT, text);
  cells.endRow();
  return Uint8Array.from(cells.content);
}

/** A row whose cell says that it is longer than all memory of a row group. */
function brokenRow(): Uint8Array {
  const cells = row('x');
  const head = new DataView(cells.buffer);
  head.setUint32(CELL_ROW_BYTES, ((2 ** 21) << CELL_KIND_BITS) | CELL_TEXT, true);
  expect(cells.length).toBe(CELL_ROW_BYTES + CELL_HEAD_BYTES + 1);
  return cells;
}

/** Leaves the pool of kernels with one large kernel, which the next part of any size takes. */
function onlyKernelKept(): ReturnType<typeof takeKernel> {
  const kernel = takeKernel(LARGE);
  giveBackKernel(kernel);
  return kernel;
}

describe('a kernel that traps', () => {
  test('ends the part with a KernelFaultError', () => {
    const part = createPartEncoder({ format: 'parquet', header: true }, [column('id')], limits);
    part.append(row('a'), 1);
    const add = (): void => {
      part.append(brokenRow(), 1);
    };
    expect(add).toThrow(KernelFaultError);
    part.release();
  });

  test('names the rows that were added, and is not used again', () => {
    const kernel = onlyKernelKept();
    const group = new OpenRowGroup([fileColumn(column('id'))], limits);
    group.add(row('a'));
    expect(() => group.add(brokenRow())).toThrow(
      'The kernel that writes Parquet failed while adding 9 bytes of cells to a row group of 1 rows and 1 columns ' +
        '(unreachable), expected it to finish',
    );
    group.close();
    expect(takeKernel(LARGE)).not.toBe(kernel);
  });

  test('names the column whose pages were being made, and is not used again', () => {
    const kernel = onlyKernelKept();
    const group = new OpenRowGroup([fileColumn(column('id')), fileColumn(column('note'))], limits);
    const cells = new CellBytes();
    cells.beginRow();
    cells.appendText(CELL_TEXT, 'a');
    cells.appendText(CELL_TEXT, 'b');
    cells.endRow();
    group.add(cells.content);
    const memory = kernel.bytes;
    // The text `b` as the dictionary has it, behind its length, which becomes far too long.
    const at = memory.lastIndexOf('b'.charCodeAt(0));
    expect(new DataView(memory.buffer).getUint32(at - 4, true)).toBe(1);
    new DataView(memory.buffer).setUint32(at - 4, 0x7fffffff, true);
    expect(() => group.write(new ByteWriter())).toThrow(
      'failed while making the pages of column "note" of a row group of 1 rows and 2 columns (memory access out of bounds)',
    );
    group.close();
    expect(takeKernel(LARGE)).not.toBe(kernel);
  });
});

test('a kernel in whose midst a cell was refused is not used again', () => {
  const kernel = onlyKernelKept();
  const group = new OpenRowGroup([fileColumn(column('count', { fhirType: 'integer' }))], limits);
  expect(() => group.add(row('many'))).toThrow(CellTypeError);
  group.close();
  expect(takeKernel(LARGE)).not.toBe(kernel);
});
