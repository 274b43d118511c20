/** The object under the key of an index is none, or its bytes are not those that were written. */
export class IdIndexDamagedError extends Error {
  override readonly name = 'IdIndexDamagedError';
  readonly key: string;
  readonly reason: string;

  constructor(key: string, reason: string) {
    super(`the id index ${key} is damaged: ${reason}`);
    this.key = key;
    this.reason = reason;
  }
}

/** Files of a source have no index yet, so that it is not known whether it has what a request names. */
export class IdIndexPendingError extends Error {
  override readonly name = 'IdIndexPendingError';
  readonly source: string;
  /** Files without an index. */
  readonly pending: number;

  constructor(source: string, pending: number) {
    super(`${pending} files of source ${source} have no id index yet; repeat the request later`);
    this.source = source;
    this.pending = pending;
  }
}
