/** A pinned input is no longer what it was when the export was planned. */
export class InputChangedError extends Error {
  override readonly name = 'InputChangedError';
  readonly key: string;
  readonly was: string;
  readonly found: string;

  constructor(key: string, was: string, found: string) {
    super(`input ${key} changed after the export was planned: was ${was}, found ${found}`);
    this.key = key;
    this.was = was;
    this.found = found;
  }
}

/** A source cannot be reached, listed or read. */
export class SourceUnavailableError extends Error {
  override readonly name = 'SourceUnavailableError';
  readonly source: string;

  constructor(source: string, reason: string, options?: ErrorOptions) {
    super(`source ${source} is not readable: ${reason}`, options);
    this.source = source;
  }
}

/** The object store did not do what was asked; the call may be repeated. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
  readonly operation: string;
  readonly key: string;

  constructor(operation: string, key: string, reason: string, options?: ErrorOptions) {
    super(`object store cannot ${operation} ${key}: ${reason}`, options);
    this.operation = operation;
    this.key = key;
  }
}

/** A key that would leave the store's root or that the store cannot hold. */
export class InvalidKeyError extends Error {
  override readonly name = 'InvalidKeyError';
  readonly key: string;

  constructor(key: string) {
    super(`object key ${JSON.stringify(key)} is not allowed: it needs plain segments joined by "/"`);
    this.key = key;
  }
}
