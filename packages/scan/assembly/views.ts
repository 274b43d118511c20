import {
  STOP_END,
  STOP_FULL,
  STOP_ODD,
  VIEW_BYTES,
  VIEW_FORMAT,
  VIEW_LABELS,
  VIEW_LEVEL,
  VIEW_MOST_BYTES,
  VIEW_MOST_ROWS,
  VIEW_OUTPUT,
  VIEW_OUTPUT_END,
  VIEW_OUTPUT_NEXT,
  VIEW_PENDING_NEXT,
  VIEW_PENDING_ROWS,
  VIEW_ROWS,
  VIEW_WHERE,
  VIEW_WHERE_COUNT,
  VIEW_WIDTH,
} from '../src/program-format';
import { Expressions } from './expressions';
import { Line } from './line';
import { Output } from './output';
import { Row } from './row';
import { RowProduct } from './row-product';

/** All views of a program. A line counts for each of them or for none. */
export class Views {
  static first: usize = 0;
  static count: u32 = 0;

  @inline static atLimit(): bool {
    let view = Views.first;
    for (let i = Views.count; i; i--, view += VIEW_BYTES) {
      if (load<u32>(view, VIEW_ROWS) >= load<u32>(view, VIEW_MOST_ROWS)) return true;
      const bytes = load<u32>(view, VIEW_OUTPUT_NEXT) - load<u32>(view, VIEW_OUTPUT);
      if (bytes >= load<u32>(view, VIEW_MOST_BYTES)) return true;
    }
    return false;
  }

  @inline static evaluate(resource: usize): u32 {
    Output.full = false;
    let view = Views.first;
    for (let i = Views.count; i; i--, view += VIEW_BYTES) {
      Views.rows(view, resource);
      if (Line.odd) return STOP_ODD;
      if (Output.full) return STOP_FULL;
    }
    view = Views.first;
    for (let i = Views.count; i; i--, view += VIEW_BYTES) {
      store<u32>(view, load<u32>(view, VIEW_PENDING_NEXT), VIEW_OUTPUT_NEXT);
      store<u32>(view, load<u32>(view, VIEW_PENDING_ROWS), VIEW_ROWS);
    }
    return STOP_END;
  }

  @inline static rows(view: usize, resource: usize): void {
    Output.next = load<u32>(view, VIEW_OUTPUT_NEXT);
    Output.end = load<u32>(view, VIEW_OUTPUT_END);
    RowProduct.rows = load<u32>(view, VIEW_ROWS);
    RowProduct.format = load<u32>(view, VIEW_FORMAT);
    Row.width = load<u32>(view, VIEW_WIDTH);
    Row.labels = load<u32>(view, VIEW_LABELS);
    if (Views.passes(view, resource)) RowProduct.resource(load<u32>(view, VIEW_LEVEL), resource);
    store<u32>(view, <u32>Output.next, VIEW_PENDING_NEXT);
    store<u32>(view, RowProduct.rows, VIEW_PENDING_ROWS);
  }

  @inline static passes(view: usize, resource: usize): bool {
    let condition: usize = load<u32>(view, VIEW_WHERE);
    Expressions.rowIndex = 0;
    for (let i = load<u32>(view, VIEW_WHERE_COUNT); i; i--, condition += 4) {
      if (!Expressions.passes(load<u32>(condition), resource)) return false;
    }
    return true;
  }
}
