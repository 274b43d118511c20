import {
  EXPRESSION_A,
  EXPRESSION_B,
  EXPRESSION_C,
  EXPRESSION_OP,
  KIND_FALSE,
  KIND_NOTHING,
  KIND_TRUE,
  OP_ALL,
  OP_AND,
  OP_ARITHMETIC,
  OP_AT,
  OP_CONCATENATE,
  OP_CONDITIONAL,
  OP_CONTAINS,
  OP_CONVERSION,
  OP_COUNT,
  OP_ENDS_WITH,
  OP_EQUAL_BOOLEAN,
  OP_EQUAL_MOMENT,
  OP_EQUAL_NUMBER,
  OP_EQUAL_TEXT,
  OP_EQUAL_TIME,
  OP_EXISTS,
  OP_FIELD,
  OP_FIRST_FIELD,
  OP_HIGH_BOUNDARY,
  OP_IMPLIES,
  OP_INDEX_OF,
  OP_JOIN,
  OP_LAST,
  OP_LENGTH,
  OP_LITERAL,
  OP_LOWER,
  OP_LOW_BOUNDARY,
  OP_NEGATE,
  OP_NONE,
  OP_NOT,
  OP_OF_RESOURCE_TYPE,
  OP_OR,
  OP_PATH,
  OP_ORDER_MOMENT,
  OP_ORDER_NUMBER,
  OP_ORDER_TEXT,
  OP_ORDER_TIME,
  OP_REFERENCE_KEY,
  OP_REPLACE,
  OP_RESOURCE,
  OP_RESOURCE_KEY,
  OP_ROW_INDEX,
  OP_SELECT,
  OP_SHIFT_MOMENT,
  OP_SHIFT_TIME,
  OP_SKIP,
  OP_STARTS_WITH,
  OP_SUBSTRING,
  OP_THIS,
  OP_TRIM,
  OP_UPPER,
  OP_WHERE,
  OP_WHERE_TEXT,
  OP_XOR,
  VALUE_KIND,
} from '../src/program-format';
import { Arithmetic } from './arithmetic';
import { Boundaries } from './boundaries';
import { Comparison } from './comparison';
import { Concatenation } from './concatenation';
import { Conversions } from './conversions';
import { Keys } from './keys';
import { Line } from './line';
import { EMPTY, Logic, NO, YES } from './logic';
import { Paths } from './paths';
import { MomentShift } from './moment-shift';
import { Moments, UNDECIDED } from './moments';
import { Order } from './order';
import { Results } from './results';
import { TextFunctions } from './text-functions';

/** A value that is not boolean where one is expected; several values make the line odd. */
const NEITHER: u32 = 3;

export class Expressions {
  static resource: usize = 0;
  static rowIndex: u32 = 0;

  /**
   * Evaluates an expression on one value: results go to the stack from `at` on, their number is returned. One switch
   * with dense numbers becomes a jump table; calls by a table of functions took 8 to 22 % more time.
   */
  static evaluate(x: usize, focus: usize, at: u32): u32 {
    switch (load<u32>(x, EXPRESSION_OP)) {
      case OP_THIS:
        return Results.one(focus, at);
      case OP_RESOURCE:
        return Results.one(Expressions.resource, at);
      case OP_NONE:
        return 0;
      case OP_LITERAL:
        return Results.one(load<u32>(x, EXPRESSION_A), at);
      case OP_FIELD:
        return Expressions.field(x, focus, at);
      case OP_FIRST_FIELD:
        return Expressions.firstField(x, focus, at);
      case OP_PATH:
        return Paths.path(x, focus, at);
      case OP_WHERE:
        return Expressions.where(x, focus, at);
      case OP_WHERE_TEXT:
        return Paths.whereText(x, Expressions.input(x, focus, at), at);
      case OP_SELECT:
        return Expressions.select(x, focus, at);
      case OP_AT: {
        const position = load<u32>(x, EXPRESSION_B);
        const count = Expressions.input(x, focus, at);
        return position < count ? Results.one(Results.result(at + position), at) : 0;
      }
      case OP_SKIP: {
        const count = Expressions.input(x, focus, at);
        const skipped = min(count, load<u32>(x, EXPRESSION_B));
        return Results.down(at + skipped, at, count - skipped);
      }
      case OP_LAST: {
        const count = Expressions.input(x, focus, at);
        return count ? Results.one(Results.result(at + count - 1), at) : 0;
      }
      case OP_OF_RESOURCE_TYPE:
        return Keys.ofResourceType(x, Expressions.input(x, focus, at), at);
      case OP_RESOURCE_KEY:
        return Keys.ofResources(x, Expressions.input(x, focus, at), at);
      case OP_REFERENCE_KEY:
        return Keys.ofReferences(x, Expressions.input(x, focus, at), at);
      case OP_EXISTS:
        return Results.boolean(Expressions.input(x, focus, at) > 0, at);
      case OP_ALL:
        return Expressions.all(x, focus, at);
      case OP_NOT: {
        const answer = Expressions.answer(load<u32>(x, EXPRESSION_A), focus, at);
        return answer == EMPTY ? 0 : Results.boolean(answer == NO, at);
      }
      case OP_AND:
      case OP_OR:
      case OP_XOR:
      case OP_IMPLIES:
        return Expressions.logic(x, focus, at);
      case OP_EQUAL_TEXT:
      case OP_EQUAL_BOOLEAN:
      case OP_EQUAL_NUMBER:
      case OP_EQUAL_MOMENT:
      case OP_EQUAL_TIME:
        return Expressions.equal(x, focus, at);
      case OP_ORDER_TEXT:
      case OP_ORDER_NUMBER:
      case OP_ORDER_MOMENT:
      case OP_ORDER_TIME:
        return Expressions.order(x, focus, at);
      case OP_COUNT:
        return Results.number(Expressions.input(x, focus, at), at);
      case OP_JOIN:
        return Expressions.join(x, focus, at);
      case OP_ROW_INDEX:
        return Results.number(Expressions.rowIndex, at);
      case OP_ARITHMETIC:
        return Arithmetic.apply(
          load<u32>(x, EXPRESSION_C),
          Expressions.single(load<u32>(x, EXPRESSION_A), focus, at),
          Expressions.single(load<u32>(x, EXPRESSION_B), focus, at),
          at,
        );
      case OP_NEGATE:
        return Arithmetic.negated(Expressions.single(load<u32>(x, EXPRESSION_A), focus, at), at);
      case OP_CONVERSION:
        return Conversions.apply(
          load<u32>(x, EXPRESSION_B),
          Expressions.single(load<u32>(x, EXPRESSION_A), focus, at),
          at,
        );
      case OP_LOW_BOUNDARY:
      case OP_HIGH_BOUNDARY:
        return Boundaries.of(
          load<u32>(x, EXPRESSION_B),
          load<u32>(x, EXPRESSION_OP) == OP_LOW_BOUNDARY,
          Expressions.single(load<u32>(x, EXPRESSION_A), focus, at),
          load<i32>(x, EXPRESSION_C),
          at,
        );
      case OP_SHIFT_MOMENT:
      case OP_SHIFT_TIME:
        return MomentShift.of(x, Expressions.single(load<u32>(x, EXPRESSION_A), focus, at), at);
      case OP_CONCATENATE:
        return Concatenation.of(
          Expressions.single(load<u32>(x, EXPRESSION_A), focus, at),
          Expressions.single(load<u32>(x, EXPRESSION_B), focus, at),
          <bool>load<u32>(x, EXPRESSION_C),
          at,
        );
      case OP_UPPER:
      case OP_LOWER:
      case OP_TRIM:
      case OP_LENGTH:
      case OP_SUBSTRING:
      case OP_STARTS_WITH:
      case OP_ENDS_WITH:
      case OP_CONTAINS:
      case OP_INDEX_OF:
      case OP_REPLACE:
        return TextFunctions.apply(
          load<u32>(x, EXPRESSION_OP),
          Expressions.single(load<u32>(x, EXPRESSION_A), focus, at),
          Expressions.single(load<u32>(x, EXPRESSION_B), focus, at),
          Expressions.single(load<u32>(x, EXPRESSION_C), focus, at),
          at,
        );
      case OP_CONDITIONAL: {
        const isMet = Expressions.answer(load<u32>(x, EXPRESSION_A), focus, at) == YES;
        return Expressions.evaluate(
          isMet ? load<u32>(x, EXPRESSION_B) : load<u32>(x, EXPRESSION_C),
          focus,
          at,
        );
      }
    }
    Line.odd = true;
    return 0;
  }

  /** The one answer of a condition. */
  static answer(x: usize, focus: usize, at: u32): u32 {
    const count = Expressions.evaluate(x, focus, at);
    if (!count) return EMPTY;
    if (count > 1) {
      Line.odd = true;
      return EMPTY;
    }
    const kind = load<u32>(Results.result(at), VALUE_KIND);
    return kind == KIND_TRUE ? YES : kind == KIND_FALSE ? NO : kind == KIND_NOTHING ? EMPTY : NEITHER;
  }

  /** Whether a resource satisfies a `where` of the view; a value that is not boolean is odd. */
  static passes(x: usize, focus: usize): bool {
    const answer = Expressions.answer(x, focus, 0);
    if (answer == NEITHER) Line.odd = true;
    return answer == YES;
  }

  @inline static input(x: usize, focus: usize, at: u32): u32 {
    return Expressions.evaluate(load<u32>(x, EXPRESSION_A), focus, at);
  }

  /** The one value of an operand, or 0 for none; of an operand that is not there too. */
  static single(x: usize, focus: usize, at: u32): usize {
    const count = x ? Expressions.evaluate(x, focus, at) : 0;
    if (!count) return 0;
    if (count > 1) Line.odd = true;
    const value = Results.result(at);
    return Results.hasValue(value) ? value : 0;
  }

  static field(x: usize, focus: usize, at: u32): u32 {
    const input: usize = load<u32>(x, EXPRESSION_A);
    const key = load<u32>(x, EXPRESSION_B);
    const op = load<u32>(input, EXPRESSION_OP);
    if (op == OP_THIS) return Results.children(focus, key, at) - at;
    const count = Expressions.evaluate(input, focus, at);
    if (count == 1) return Results.children(Results.result(at), key, at) - at;
    let top = at + count;
    for (let i: u32 = 0; i < count; i++) top = Results.children(Results.result(at + i), key, top);
    return Results.down(at + count, at, top - at - count);
  }

  /** Of several keys, the first that an item has. */
  static firstField(x: usize, focus: usize, at: u32): u32 {
    const count = Expressions.input(x, focus, at);
    const keys: usize = load<u32>(x, EXPRESSION_C);
    const end = keys + (load<u32>(x, EXPRESSION_B) << 2);
    let top = at + count;
    for (let i: u32 = 0; i < count; i++) {
      const item = Results.result(at + i);
      const before = top;
      for (let key = keys; key < end && top == before; key += 4) {
        top = Results.children(item, load<u32>(key), top);
      }
    }
    return Results.down(at + count, at, top - at - count);
  }

  static where(x: usize, focus: usize, at: u32): u32 {
    const count = Expressions.input(x, focus, at);
    const criteria: usize = load<u32>(x, EXPRESSION_B);
    let kept: u32 = 0;
    for (let i: u32 = 0; i < count; i++) {
      const item = Results.result(at + i);
      if (Expressions.answer(criteria, item, at + count) == YES) Results.put(at + kept++, item);
    }
    return kept;
  }

  static select(x: usize, focus: usize, at: u32): u32 {
    const count = Expressions.input(x, focus, at);
    const projection: usize = load<u32>(x, EXPRESSION_B);
    let top = at + count;
    for (let i: u32 = 0; i < count; i++) {
      top += Expressions.evaluate(projection, Results.result(at + i), top);
    }
    return Results.down(at + count, at, top - at - count);
  }

  static all(x: usize, focus: usize, at: u32): u32 {
    const count = Expressions.input(x, focus, at);
    const criteria: usize = load<u32>(x, EXPRESSION_B);
    for (let i: u32 = 0; i < count; i++) {
      if (Expressions.answer(criteria, Results.result(at + i), at + count) == YES) continue;
      return Results.boolean(false, at);
    }
    return Results.boolean(true, at);
  }

  /** Both sides are evaluated: a fault on the right side only makes the line odd. */
  static logic(x: usize, focus: usize, at: u32): u32 {
    const left = Expressions.answer(load<u32>(x, EXPRESSION_A), focus, at);
    const right = Expressions.answer(load<u32>(x, EXPRESSION_B), focus, at);
    if (left == NEITHER || right == NEITHER) Line.odd = true;
    return Logic.of(load<u32>(x, EXPRESSION_OP), left, right, at);
  }

  /** Evaluates both sides to the stack; false when there is nothing to compare. */
  static sides(x: usize, focus: usize, at: u32): bool {
    const count = Expressions.input(x, focus, at);
    const other = Expressions.evaluate(load<u32>(x, EXPRESSION_B), focus, at + count);
    if (count > 1 || other > 1) Line.odd = true;
    return count == 1 && other == 1;
  }

  static equal(x: usize, focus: usize, at: u32): u32 {
    if (!Expressions.sides(x, focus, at)) return 0;
    const left = Results.result(at);
    const right = Results.result(at + 1);
    let same: bool;
    const op = load<u32>(x, EXPRESSION_OP);
    if (op == OP_EQUAL_TEXT) same = Comparison.sameText(left, right);
    else if (!Results.hasValue(left) || !Results.hasValue(right)) {
      same = Results.hasValue(left) == Results.hasValue(right);
    } else if (op == OP_EQUAL_BOOLEAN) same = Comparison.sameBoolean(left, right);
    else if (op == OP_EQUAL_NUMBER) same = Order.ofNumbers(left, right) == 0;
    else {
      const order = op == OP_EQUAL_TIME ? Moments.order(left, right, true) : Order.ofMoments(left, right);
      if (order == UNDECIDED) return 0;
      same = order == 0;
    }
    return Results.boolean(same != <bool>load<u32>(x, EXPRESSION_C), at);
  }

  static order(x: usize, focus: usize, at: u32): u32 {
    if (!Expressions.sides(x, focus, at)) return 0;
    const left = Results.result(at);
    const right = Results.result(at + 1);
    if (!Results.hasValue(left) || !Results.hasValue(right)) return 0;
    const op = load<u32>(x, EXPRESSION_OP);
    let order: i32;
    if (op == OP_ORDER_NUMBER) order = Order.ofNumbers(left, right);
    else if (op == OP_ORDER_TEXT) order = Order.ofTexts(left, right);
    else order = op == OP_ORDER_TIME ? Moments.order(left, right, true) : Order.ofMoments(left, right);
    return order == UNDECIDED ? 0 : Results.boolean(Order.meets(order, load<u32>(x, EXPRESSION_C)), at);
  }

  static join(x: usize, focus: usize, at: u32): u32 {
    const count = Expressions.input(x, focus, at);
    const separator = Expressions.single(load<u32>(x, EXPRESSION_B), focus, at + count);
    return Concatenation.ofItems(count, separator, at);
  }
}
