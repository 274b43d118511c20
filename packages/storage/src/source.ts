import type { SourceSurvey } from './source-survey.js';

/** FHIR version that a source declares; it selects the FHIRPath model and is frozen with the export. */
export type FhirVersion = 'R4' | 'R5';

/**
 * One input file as it was when the export was planned. A read fails with `InputChangedError` when the
 * file is not the same any more, because one export reads one snapshot.
 */
export interface PinnedInput {
  /** Path below the source's root, `/`-separated: `Patient.ndjson`, `Observation/0001.ndjson.gz`. */
  readonly key: string;
  /** Size as stored (compressed size for gzip). */
  readonly bytes: number;
  readonly compression: 'none' | 'gzip';
  /** The other facts that must not change: mtime and inode for files, ETag or version id for objects. Opaque. */
  readonly version: string;
  /** Gzip only: the most decompressed bytes for a stored one, as `boundInflation` says. Absent: any number. */
  readonly gzipRatio?: number | undefined;
}

/** NDJSON files by resource type, read by byte range. */
export interface Source {
  readonly name: string;
  readonly fhirVersion: FhirVersion;
  /**
   * Inputs that may hold resources of one type by their names, ordered by key. Empty when there are none.
   *
   * @param resourceType or `DELETED` for the files with deletions
   */
  list(resourceType: string): Promise<readonly PinnedInput[]>;
  /** Files beside the inputs of some types that look like data. */
  survey(resourceTypes: readonly string[]): Promise<SourceSurvey>;
  /**
   * Stored bytes `[start, end)` of a pinned input (not decompressed). A chunk is valid until the next one is
   * pulled, so that an adapter may reuse its buffer.
   *
   * @throws InputChangedError when the stored input differs from the pin.
   */
  read(input: PinnedInput, start: number, end: number, signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /** Rejects with `SourceUnavailableError` when the source cannot be reached or listed. */
  probe(): Promise<void>;
}
