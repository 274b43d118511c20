import { EngineCrashedError, SeveralPassesError, runViews } from '@millrace/run';
import type { MalformedLines, RangeInputs, RowSink, RunOrder, RunReport } from '@millrace/run';
import type { FhirVersion } from '@millrace/viewdef';
import { CommandFailedError, UsageError } from '../errors.js';
import { openPool } from './compose.js';
import type { InputPlace } from './input-place.js';

/** Bytes of rows that may wait until those before them are written. */
const MOST_WAITING_BYTES = 256 << 20;

/** How a command reads its input. */
export interface Reading {
  readonly places: readonly InputPlace[];
  /** Of the places. */
  readonly inputs: RangeInputs;
  readonly fhirVersion: FhirVersion;
  readonly threads: number;
  /** For one resource; 0 means no limit. */
  readonly resourceSeconds: number;
  readonly malformedLines: MalformedLines;
}

/**
 * Evaluates views on threads of this process.
 *
 * @throws UsageError for a pipe that would have to be read more than once; what `runViews` throws
 */
export async function runHere(
  { places, inputs, fhirVersion, threads, resourceSeconds, malformedLines }: Reading,
  what: Pick<RunOrder, 'views' | 'bases' | 'engine' | 'format' | 'header'>,
  openSink: (view: number) => Promise<RowSink>,
  signal: AbortSignal,
): Promise<RunReport> {
  // The views were compiled just now, and are the user's own.
  await using pool = openPool(places, threads, { resourceMs: resourceSeconds * 1000, viewMs: 0 });
  const limits = { rangesAtOnce: threads, waitingBytes: MOST_WAITING_BYTES };
  try {
    return await runViews(
      { ...what, inputs, fhirVersion, malformedLines, limits },
      { pool, openSink },
      signal,
    );
  } catch (error) {
    if (error instanceof SeveralPassesError) throw new UsageError(error.message, { cause: error });
    if (error instanceof EngineCrashedError && error.cause instanceof Error) {
      throw new CommandFailedError(`${error.message}: ${error.cause.message}`, { cause: error });
    }
    throw error;
  }
}
