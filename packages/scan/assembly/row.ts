import { MOST_COLUMNS } from '../src/program-format';

const cells: usize = memory.data(MOST_COLUMNS * 4, 16);

/** The row that is being made: the address of a value for each column, 0 for null. */
export class Row {
  static width: u32 = 0;
  static labels: usize = 0;

  @inline static cell(column: u32): usize {
    return load<u32>(cells + (column << 2));
  }

  @inline static set(column: u32, value: usize): void {
    store<u32>(cells + (column << 2), <u32>value);
  }
}
