import {
  CELL_FALSE,
  CELL_HEAD_BYTES,
  CELL_KIND_BITS,
  CELL_LIST,
  CELL_NULL,
  CELL_NUMBER,
  CELL_ROW_BYTES,
  CELL_TEXT,
  CELL_TRUE,
} from '../src/cell-format';
import {
  KIND_FALSE,
  KIND_LIST,
  KIND_NOTHING,
  KIND_NUMBER,
  KIND_OBJECT,
  KIND_TRUE,
  VALUE_KIND,
  VALUE_LENGTH,
  VALUE_START,
} from '../src/program-format';
import { Bytes } from './bytes';
import { EncodeJson } from './encode-json';
import { Escapes } from './escapes';
import { Line } from './line';
import { Output } from './output';
import { Row } from './row';

/** Rows as cells, for a writer of columns: see `cell-format.ts`. */
export class EncodeCells {
  static row(): void {
    const row = Output.next;
    if (!Output.fits(row, CELL_ROW_BYTES)) return;
    let target = row + CELL_ROW_BYTES;
    const width = Row.width;
    for (let i: u32 = 0; i < width; i++) {
      const value = Row.cell(i);
      if (!value) {
        if (!Output.fits(target, CELL_HEAD_BYTES)) return;
        store<u32>(target, CELL_NULL);
        target += CELL_HEAD_BYTES;
      } else if (load<u32>(value, VALUE_KIND) == KIND_LIST) target = EncodeCells.list(target, value);
      else target = EncodeCells.value(target, value);
      if (!target) return;
    }
    store<u32>(row, <u32>(target - row));
    Output.next = target;
  }

  static list(target: usize, list: usize): usize {
    if (!Output.fits(target, CELL_HEAD_BYTES)) return 0;
    const items: usize = load<u32>(list, VALUE_START);
    const count = load<u32>(list, VALUE_LENGTH);
    store<u32>(target, (count << CELL_KIND_BITS) | CELL_LIST);
    target += CELL_HEAD_BYTES;
    for (let i: u32 = 0; i < count; i++) {
      target = EncodeCells.value(target, load<u32>(items + (i << 2)));
      if (!target) return 0;
    }
    return target;
  }

  /** Returns where it ends, or 0 when it does not fit. */
  @inline static value(target: usize, value: usize): usize {
    const kind = load<u32>(value, VALUE_KIND);
    const start: usize = load<u32>(value, VALUE_START);
    const length = load<u32>(value, VALUE_LENGTH);
    if (!Output.fits(target, <usize>length + CELL_HEAD_BYTES)) return 0;
    const content = target + CELL_HEAD_BYTES;
    if (kind == KIND_TRUE || kind == KIND_FALSE) {
      store<u32>(target, kind == KIND_TRUE ? CELL_TRUE : CELL_FALSE);
      return content;
    }
    if (kind == KIND_NOTHING) {
      store<u32>(target, CELL_NULL);
      return content;
    }
    if (kind == KIND_NUMBER) {
      Bytes.copy(content, start, length);
      store<u32>(target, (length << CELL_KIND_BITS) | CELL_NUMBER);
      return content + length;
    }
    if (kind == KIND_OBJECT) Line.odd = true;
    let end = content + length;
    if (EncodeJson.copyWatching(content, start, length)) end = Escapes.toText(content, start, length);
    store<u32>(target, ((<u32>(end - content)) << CELL_KIND_BITS) | CELL_TEXT);
    return end;
  }
}
