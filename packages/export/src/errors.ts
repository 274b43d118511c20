import type { Lease } from './job-store.js';

export type LeaseLoss = 'fenced' | 'deadline';

/**
 * The work under a lease cannot go on: somebody else has the lease, the export has ended, or it was not
 * renewed in time.
 */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
  readonly loss: LeaseLoss;
  readonly lease: Lease;

  constructor(loss: LeaseLoss, lease: Lease) {
    super(
      loss === 'fenced'
        ? `the lease on ${lease.step} of export ${lease.exportId} belongs to another worker, or the export has ended`
        : `the lease on ${lease.step} of export ${lease.exportId} could not be renewed in time`,
    );
    this.loss = loss;
    this.lease = lease;
  }
}

/** An object that the export cannot go on without is missing or unreadable. */
export class ArtefactError extends Error {
  override readonly name = 'ArtefactError';
  readonly key: string;

  constructor(key: string, reason: string, options?: ErrorOptions) {
    super(`${key} ${reason}`, options);
    this.key = key;
  }
}

/**
 * An object of an export has something that only a newer version knows: processes of that version can go on
 * with the export.
 */
export class NewerVersionError extends Error {
  override readonly name = 'NewerVersionError';
  readonly key: string;

  /** @param what has no place here, such as `schemaVersion 3` */
  constructor(key: string, what: string) {
    super(`${key} was written by a newer version: this version does not know ${what}`);
    this.key = key;
  }
}
