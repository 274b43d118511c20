import type { ExpectedFormat } from '../oracle/expected-rows.js';
import type { StoredManifest } from './stored-manifest.js';

/** The state of an export, as an API instance reports it. `gone` is its 404. */
export type SeenState = 'running' | 'completed' | 'failed' | 'gone';

export interface Sighting {
  /** Which API instance. */
  readonly from: string;
  readonly state: SeenState;
  /** Body of the result, as text; empty when there is none. */
  readonly result: string;
}

export interface DownloadedFile {
  readonly output: string;
  /** Name on the wire. */
  readonly name: string;
  readonly sha256: string;
  readonly text: string;
}

/** Everything that a client and a look into the object store tell about one export. */
export interface ExportSeen {
  readonly id: string;
  readonly operation: 'bulk' | 'views';
  /** Views, or types of resources. */
  readonly outputs: readonly string[];
  readonly format: ExpectedFormat;
  readonly source: 'default' | 'damaged';
  readonly cancel: 'never' | 'tried' | 'answered';
  /** False when the wait for its end was given up. */
  readonly isOver: boolean;
  /** Something was done to it that it need not survive, as long as it ends. */
  readonly mayFail: boolean;
  /** Reports of its state after it ended, or after a DELETE was answered, in order. */
  readonly sightings: readonly Sighting[];
  /** Those of them that were asked for after a DELETE had been answered with 202. */
  readonly afterCancel: readonly Sighting[];
  /** Names of files that clients still get after their export was removed. */
  readonly stillServed: readonly string[];
  /** In the order of the result. */
  readonly files: readonly DownloadedFile[];
  readonly manifest: StoredManifest | undefined;
}

/** Whether a DELETE removed it. An export of resources goes in any state, and leaves a tombstone only if it ran. */
export function isRemoved({
  operation,
  cancel,
  sightings,
}: Pick<ExportSeen, 'operation' | 'cancel' | 'sightings'>): boolean {
  return operation === 'bulk' && cancel !== 'never' && sightings.at(-1)?.state === 'gone';
}

export interface RoundSeen {
  readonly exports: readonly ExportSeen[];
  /** Keys of all objects in the store. */
  readonly keys: ReadonlySet<string>;
  /** By key: which export of a round before lists it. */
  readonly listedBefore: ReadonlyMap<string, string>;
  /** Answers that no fault explains: status and address. */
  readonly oddAnswers: readonly string[];
  /** Processes that ended by themselves, or did not end when they were told to. */
  readonly unruly: readonly string[];
}
