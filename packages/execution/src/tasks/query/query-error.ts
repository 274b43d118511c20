import type { SqlFault } from '@millrace/sqlquery';

/** The SQL of a subject is at fault, or the data that it met, or it has met a limit. Its message quotes no data. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
  readonly subject: number;
  readonly kind: SqlFault['kind'];

  constructor(subject: number, { kind, message, position }: SqlFault) {
    const { line, column } = position;
    const place =
      line === undefined ? '' : ` (line ${line}${column === undefined ? '' : `, column ${column}`})`;
    super(`the query failed: ${message}${place}`);
    this.subject = subject;
    this.kind = kind;
  }
}
