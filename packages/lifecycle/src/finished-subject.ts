import type { ManifestColumn } from '@millrace/export';

/** A subject whose output is complete, as the manifest tells of it. */
export interface FinishedSubject {
  /** Name of what made its output. */
  readonly engine: string;
  /** Columns of its rows. Undefined for resources. */
  readonly columns: readonly ManifestColumn[] | undefined;
}
