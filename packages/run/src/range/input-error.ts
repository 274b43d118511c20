/** A line of an input that is no FHIR resource of any type. */
export class MalformedLineError extends Error {
  override readonly name = 'MalformedLineError';
  readonly key: string;
  /** Offset of the first byte of the line, in the decompressed content. */
  readonly offset: number;
  /** Number of the line in its file, from 1; undefined where the input cannot be read again to count. */
  readonly line: number | undefined;
  readonly reason: string;

  constructor(key: string, offset: number, line: number | undefined, reason: string) {
    const place =
      line === undefined ? `the line at byte offset ${offset}` : `line ${line} (byte offset ${offset})`;
    super(`${key}, ${place} is not a FHIR resource: ${reason}`);
    this.key = key;
    this.offset = offset;
    this.line = line;
    this.reason = reason;
  }
}

/** A resource that a view cannot be evaluated on, or whose value does not fit a column. */
export class RowError extends Error {
  override readonly name = 'RowError';
  readonly key: string;
  readonly offset: number;
  readonly subject: number;
  readonly resource: string;

  constructor(
    at: { key: string; offset: number; subject: number; resource: string },
    reason: string,
    cause: unknown,
  ) {
    super(`${at.resource} in ${at.key} (byte offset ${at.offset}): ${reason}`, { cause });
    this.key = at.key;
    this.offset = at.offset;
    this.subject = at.subject;
    this.resource = at.resource;
  }
}
