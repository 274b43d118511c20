/** The keys in Redis were written by a version of the store that this one does not know. Nothing was changed. */
export class UnknownSchemaError extends Error {
  override readonly name = 'UnknownSchemaError';
  readonly found: string;
  readonly known: string;

  constructor(found: string, known: string) {
    super(
      `The job store in Redis has schema version "${found}", and this service knows version "${known}" only. ` +
        'Run the version of the service that wrote it, or give this one another Redis.',
    );
    this.found = found;
    this.known = known;
  }
}

/** A script or a key of the store holds something that no version of it writes. */
export class CorruptStoreError extends Error {
  override readonly name = 'CorruptStoreError';
  readonly subject: string;

  constructor(subject: string, problem: string, options?: ErrorOptions) {
    super(`The job store in Redis holds something unexpected at ${subject}: ${problem}`, options);
    this.subject = subject;
  }
}

/** A caller made a call that the store's contract excludes. */
export class JobStoreUsageError extends Error {
  override readonly name = 'JobStoreUsageError';
}
