/**
 * - `syntax`: the text is no SQL.
 * - `not-a-select`: it is another statement than SELECT, several of them, or none.
 * - `unknown-table`, `unknown-column`: a name that the statement does not have.
 * - `forbidden`: it asks for files, settings or other things outside its tables.
 * - `parameter`: a parameter that is not declared, or a value that is not of its type.
 * - `type`: types do not fit each other, or a column has no form in the format of the output.
 * - `value`: a value does not fit; it was found while the query ran.
 * - `too-costly`: it met a limit.
 * - `other`: anything else that the engine says against the SQL.
 */
export type SqlFaultKind =
  | 'syntax'
  | 'not-a-select'
  | 'unknown-table'
  | 'unknown-column'
  | 'forbidden'
  | 'parameter'
  | 'type'
  | 'value'
  | 'too-costly'
  | 'other';

/** Where in a program a fault is. */
export interface SqlPosition {
  /** `query`, or the id of a view. */
  readonly statement: string;
  /** Both from 1, in characters of the text as it was given. Absent where the engine names no place. */
  readonly line?: number;
  readonly column?: number;
}

/** The SQL, or the data that it met, is at fault: another attempt ends in the same way. Its message quotes no data. */
export class SqlFault extends Error {
  override readonly name = 'SqlFault';
  readonly kind: SqlFaultKind;
  readonly position: SqlPosition;

  constructor(kind: SqlFaultKind, message: string, position: SqlPosition) {
    super(message);
    this.kind = kind;
    this.position = position;
  }
}

/** The engine is at fault, such as a process that ended: another attempt may succeed. */
export class SqlEngineError extends Error {
  override readonly name = 'SqlEngineError';
}
