import { OP_AND, OP_IMPLIES, OP_XOR } from '../src/program-format';
import { Results } from './results';

/** The answers of three-valued logic. */
export const EMPTY: u32 = 0;
export const YES: u32 = 1;
export const NO: u32 = 2;

export class Logic {
  /** Combines two answers; the result goes to the stack. */
  static of(op: u32, left: u32, right: u32, at: u32): u32 {
    if (op == OP_XOR) return left && right ? Results.boolean(left != right, at) : 0;
    if (op == OP_IMPLIES) left = left == YES ? NO : left == NO ? YES : EMPTY;
    // `and` is decided by a no, `or` by a yes; `implies` is `or` with the left side turned round.
    const strong = op == OP_AND ? NO : YES;
    if (left == strong || right == strong) return Results.boolean(strong == YES, at);
    return left && right ? Results.boolean(strong != YES, at) : 0;
  }
}
