import {
  COLUMN_BYTES,
  COLUMN_CELL,
  COLUMN_COLLECTION,
  COLUMN_EXPRESSION,
  COLUMN_FLAGS,
  COLUMN_NUMBERS,
  COLUMN_ROW_INDEX,
  FORMAT_CELLS,
  FORMAT_CSV,
  FORMAT_FHIR,
  KIND_LIST,
  KIND_NOTHING,
  KIND_NUMBER,
  LEVEL_COLUMNS,
  LEVEL_COLUMN_COUNT,
  LEVEL_STEPS,
  LEVEL_STEP_COUNT,
  STEP_BYTES,
  STEP_COUNT,
  STEP_FOR_EACH_OR_NULL,
  STEP_KIND,
  STEP_LEVEL,
  STEP_LIST,
  STEP_REPEAT,
  STEP_START_COUNT,
  STEP_UNION,
  VALUE_KIND,
} from '../src/program-format';
import { Arena } from './capture-arena';
import { EncodeCells } from './encode-cells';
import { EncodeCsv } from './encode-csv';
import { EncodeFhir } from './encode-fhir';
import { EncodeJson } from './encode-json';
import { Expressions } from './expressions';
import { Line } from './line';
import { Results } from './results';
import { Output } from './output';
import { Row } from './row';

/** The work that remains after a step: the later steps of its level, then another continuation. */
const CONT_STEP: usize = 0;
const CONT_COUNT: usize = 4;
const CONT_FOCUS: usize = 8;
const CONT_INDEX: usize = 12;
const CONT_NEXT: usize = 16;
const CONT_BYTES: u32 = 20;

/** Continuations and items of iterations. The stack is our own because a local of WASM has no address. */
const FRAME_BYTES: u32 = 131072;
const frames: usize = memory.data(131072, 16);

/** The rows of a resource: the product of the steps of each level, each step with the rest as its continuation. */
export class RowProduct {
  static format: u32 = 0;
  static rows: u32 = 0;
  static top: usize = 0;

  static resource(level: usize, resource: usize): void {
    RowProduct.top = frames;
    RowProduct.level(level, resource, 0, 0);
  }

  static level(level: usize, focus: usize, index: u32, continuation: usize): void {
    Expressions.rowIndex = index;
    let column: usize = load<u32>(level, LEVEL_COLUMNS);
    for (let i = load<u32>(level, LEVEL_COLUMN_COUNT); i; i--, column += COLUMN_BYTES) {
      const count = Expressions.evaluate(load<u32>(column, COLUMN_EXPRESSION), focus, 0);
      Row.set(load<u32>(column, COLUMN_CELL), RowProduct.cell(load<u32>(column, COLUMN_FLAGS), count));
    }
    RowProduct.steps(
      load<u32>(level, LEVEL_STEPS),
      load<u32>(level, LEVEL_STEP_COUNT),
      focus,
      index,
      continuation,
    );
  }

  /** The value of a cell, from the results on the stack. */
  @inline static cell(flags: u32, count: u32): usize {
    if (flags & COLUMN_COLLECTION) return RowProduct.list(flags, count);
    if (!count) return 0;
    if (count > 1) Line.odd = true;
    const value = Results.result(0);
    const kind = load<u32>(value, VALUE_KIND);
    if (kind <= <u32>KIND_NOTHING) {
      if (kind == KIND_NOTHING) return 0;
      if (!(flags & COLUMN_NUMBERS)) Line.odd = true;
    }
    return value;
  }

  static list(flags: u32, count: u32): usize {
    // Addresses stand at a multiple of four.
    const room = Arena.text(4 * count + 4);
    if (!room) return 0;
    const items = (room + 3) & ~3;
    for (let i: u32 = 0; i < count; i++) {
      const value = Results.result(i);
      if (load<u32>(value, VALUE_KIND) == KIND_NUMBER && !(flags & COLUMN_NUMBERS)) Line.odd = true;
      store<u32>(items + (i << 2), <u32>value);
    }
    return Arena.make(items, count, KIND_LIST);
  }

  static steps(step: usize, count: u32, focus: usize, index: u32, continuation: usize): void {
    if (Line.odd || Output.full) return;
    if (!count) {
      if (continuation) RowProduct.go(continuation);
      else RowProduct.emit();
      return;
    }
    const mark = RowProduct.top;
    let rest = continuation;
    if (count > 1) {
      rest = RowProduct.reserve(CONT_BYTES);
      if (!rest) return;
      store<u32>(rest, <u32>(step + STEP_BYTES), CONT_STEP);
      store<u32>(rest, count - 1, CONT_COUNT);
      store<u32>(rest, <u32>focus, CONT_FOCUS);
      store<u32>(rest, index, CONT_INDEX);
      store<u32>(rest, <u32>continuation, CONT_NEXT);
    }
    const kind = load<u32>(step, STEP_KIND);
    if (kind == STEP_UNION) {
      const list: usize = load<u32>(step, STEP_LIST);
      const branches = load<u32>(step, STEP_COUNT);
      for (let i: u32 = 0; i < branches; i++)
        RowProduct.level(load<u32>(list + (i << 2)), focus, index, rest);
    } else if (kind == STEP_REPEAT) RowProduct.repeat(step, focus, index, rest);
    else RowProduct.forEach(step, kind, focus, index, rest);
    RowProduct.top = mark;
  }

  @inline static go(continuation: usize): void {
    RowProduct.steps(
      load<u32>(continuation, CONT_STEP),
      load<u32>(continuation, CONT_COUNT),
      load<u32>(continuation, CONT_FOCUS),
      load<u32>(continuation, CONT_INDEX),
      load<u32>(continuation, CONT_NEXT),
    );
  }

  /** Room on the stack of frames, or 0 when the line needs more than there is. */
  @inline static reserve(bytes: u32): usize {
    const frame = RowProduct.top;
    if (frame + bytes > frames + FRAME_BYTES) {
      Line.odd = true;
      return 0;
    }
    RowProduct.top = frame + bytes;
    return frame;
  }

  /** Evaluates a path and moves its results off the stack, which later evaluations need. */
  static items(path: usize, focus: usize, index: u32): u32 {
    Expressions.rowIndex = index;
    const count = Expressions.evaluate(path, focus, 0);
    const kept = count ? RowProduct.reserve(count << 2) : 0;
    if (!kept) return 0;
    for (let i: u32 = 0; i < count; i++) store<u32>(kept + (i << 2), <u32>Results.result(i));
    return count;
  }

  static forEach(step: usize, kind: u32, focus: usize, index: u32, rest: usize): void {
    const items = RowProduct.top;
    const level: usize = load<u32>(step, STEP_LEVEL);
    const count = RowProduct.items(load<u32>(load<u32>(step, STEP_LIST)), focus, index);
    for (let i: u32 = 0; i < count; i++) {
      if (Line.odd || Output.full) return;
      RowProduct.level(level, load<u32>(items + (i << 2)), i, rest);
    }
    if (count || kind != STEP_FOR_EACH_OR_NULL) return;
    RowProduct.clear(level);
    if (rest) RowProduct.go(rest);
    else RowProduct.steps(0, 0, focus, index, 0);
  }

  static repeat(step: usize, focus: usize, index: u32, rest: usize): void {
    const counter = RowProduct.reserve(4);
    if (!counter) return;
    store<u32>(counter, 0);
    const list: usize = load<u32>(step, STEP_LIST);
    RowProduct.walk(step, list, load<u32>(step, STEP_START_COUNT), focus, index, counter, rest);
  }

  /** Visits the items that the paths find: each item before the items below it. */
  static walk(
    step: usize,
    paths: usize,
    count: u32,
    focus: usize,
    index: u32,
    counter: usize,
    rest: usize,
  ): void {
    const starts = load<u32>(step, STEP_START_COUNT);
    const below = <usize>load<u32>(step, STEP_LIST) + (starts << 2);
    for (let i: u32 = 0; i < count; i++) {
      const items = RowProduct.top;
      const found = RowProduct.items(load<u32>(paths + (i << 2)), focus, index);
      for (let j: u32 = 0; j < found; j++) {
        if (Line.odd || Output.full) return;
        const item: usize = load<u32>(items + (j << 2));
        const number = load<u32>(counter);
        store<u32>(counter, number + 1);
        RowProduct.level(load<u32>(step, STEP_LEVEL), item, number, rest);
        RowProduct.walk(step, below, load<u32>(step, STEP_COUNT) - starts, item, number, counter, rest);
      }
      RowProduct.top = items;
    }
  }

  /** The cells of a level and below it, for the row of a forEachOrNull that has found nothing. */
  static clear(level: usize): void {
    let column: usize = load<u32>(level, LEVEL_COLUMNS);
    for (let i = load<u32>(level, LEVEL_COLUMN_COUNT); i; i--, column += COLUMN_BYTES) {
      const isIndex = load<u32>(column, COLUMN_FLAGS) & COLUMN_ROW_INDEX;
      Row.set(load<u32>(column, COLUMN_CELL), isIndex && Results.number(0, 0) ? Results.result(0) : 0);
    }
    let step: usize = load<u32>(level, LEVEL_STEPS);
    for (let i = load<u32>(level, LEVEL_STEP_COUNT); i; i--, step += STEP_BYTES) {
      const isUnion = load<u32>(step, STEP_KIND) == STEP_UNION;
      RowProduct.clear(isUnion ? load<u32>(load<u32>(step, STEP_LIST)) : load<u32>(step, STEP_LEVEL));
    }
  }

  @inline static emit(): void {
    RowProduct.rows++;
    if (RowProduct.format == FORMAT_CSV) EncodeCsv.row();
    else if (RowProduct.format == FORMAT_CELLS) EncodeCells.row();
    else if (RowProduct.format == FORMAT_FHIR) EncodeFhir.row();
    else EncodeJson.row(RowProduct.format);
  }
}
