/** A query needs an external table that is not as it was when the export was accepted. No attempt changes that. */
export class ExternalTableError extends Error {
  override readonly name = 'ExternalTableError';
  /** The canonical URL of the table. */
  readonly table: string;

  constructor(table: string, why: string, options?: ErrorOptions) {
    super(`the external table ${table} ${why}`, options);
    this.table = table;
  }
}
