/** The audit log cannot take an entry, so the work that the entry is about must not be done. */
export class AuditUnavailableError extends Error {
  override readonly name = 'AuditUnavailableError';

  constructor(reason: string, options?: ErrorOptions) {
    super(`the audit log takes no entry: ${reason}`, options);
  }
}

/** A stored object is not an audit entry. */
export class CorruptAuditError extends Error {
  override readonly name = 'CorruptAuditError';

  constructor(place: string, reason: string) {
    super(`${place} does not hold an audit entry: ${reason}`);
  }
}

/** Entries would be removed that may not be complete yet. */
export class AuditRetentionError extends Error {
  override readonly name = 'AuditRetentionError';

  constructor(retentionMs: number, timeoutMs: number) {
    super(
      `audit entries are kept for ${retentionMs} ms, which must be more than twice AUDIT_TIMEOUT, ${timeoutMs} ms`,
    );
  }
}
