/** The stack could not be brought up, or not healed. Nothing is said about the invariants. */
export class StackError extends Error {
  override readonly name = 'StackError';
}
