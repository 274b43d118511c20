/** A pinned input has changed since the export was planned. */
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

/** The object store failed an operation, which may be repeated. */
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

/** There is no object to stream under the key. */
export class ObjectMissingError extends Error {
  override readonly name = 'ObjectMissingError';
  readonly key: string;

  constructor(key: string) {
    super(`there is no object ${key}`);
    this.key = key;
  }
}

/** An upload was committed under a key that is taken. Nothing was overwritten. */
export class ObjectExistsError extends Error {
  override readonly name = 'ObjectExistsError';
  readonly key: string;

  constructor(key: string) {
    super(`object ${key} exists: every attempt must write under keys of its own`);
    this.key = key;
  }
}

/** An object differs from the one that was stored under its key, so its content is withheld. */
export class ObjectChangedError extends Error {
  override readonly name = 'ObjectChangedError';
  readonly key: string;

  /** @param found what is there instead: a size and a tag, or where the content ended */
  constructor(key: string, was: { readonly bytes: number; readonly etag: string }, found: string) {
    super(
      `object ${key} differs from the one that was stored: it was ${was.bytes} bytes with tag ${was.etag}, found ${found}`,
    );
    this.key = key;
  }
}

/** An upload cannot go on because it was aborted, by its owner or from elsewhere. */
export class UploadLostError extends Error {
  override readonly name = 'UploadLostError';
  readonly key: string;
  readonly uploadId: string;

  constructor(key: string, uploadId: string, options?: ErrorOptions) {
    super(`upload ${uploadId} of ${key} was aborted: open another one under another key`, options);
    this.key = key;
    this.uploadId = uploadId;
  }
}

/**
 * A pinned input breaks the promise of its name, for example because its gzip is damaged. Reading it again
 * will not help.
 */
export class CorruptInputError extends Error {
  override readonly name = 'CorruptInputError';
  readonly key: string;

  constructor(key: string, reason: string, options?: ErrorOptions) {
    super(`input ${key} is damaged: ${reason}`, options);
    this.key = key;
  }
}

/** More comes out of a gzip input than may, as it does of one that was made to keep its reader busy. */
export class GzipRatioError extends Error {
  override readonly name = 'GzipRatioError';
  readonly key: string;
  readonly ratio: number;

  /** @param stored bytes of the input that were read up to there, and `content` that came of them */
  constructor(key: string, ratio: number, { stored, content }: { stored: number; content: number }) {
    super(
      `gzip input ${key} has ${content} bytes of content in its first ${stored}, and may have ${ratio} for each: store it without compression`,
    );
    this.key = key;
    this.ratio = ratio;
  }
}

/** An input that comes through a pipe was asked for again, or from its middle. */
export class ReadOnceError extends Error {
  override readonly name = 'ReadOnceError';
  readonly key: string;

  constructor(key: string) {
    super(`input ${key} comes through a pipe, which can be read only once and from its start: give a file`);
    this.key = key;
  }
}

/** A line does not fit in memory. */
export class LineTooLongError extends Error {
  override readonly name = 'LineTooLongError';
  readonly key: string;
  /** Offset of the line in the input, decompressed. */
  readonly offset: number;
  readonly maxLineBytes: number;

  constructor(key: string, offset: number, maxLineBytes: number) {
    super(`line at offset ${offset} of input ${key} is longer than ${maxLineBytes} bytes`);
    this.key = key;
    this.offset = offset;
    this.maxLineBytes = maxLineBytes;
  }
}

/** The object store does not honour `If-None-Match: *`, and the operator wants nothing weaker. */
export class ConditionalPutMissingError extends Error {
  override readonly name = 'ConditionalPutMissingError';
  readonly bucket: string;

  constructor(bucket: string) {
    super(`the store of bucket ${bucket} overwrites objects despite "If-None-Match: *"`);
    this.bucket = bucket;
  }
}
