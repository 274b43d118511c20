import { EngineCrashedError, SeveralPassesError, runViews } from '@millrace/run';
import type { EnginePool, MalformedLines, RangeInputs, RowSink, RunOrder, RunReport } from '@millrace/run';
import type { FhirVersion } from '@millrace/viewdef';
import { CommandFailedError, UsageError } from '../errors.js';

/** Bytes of rows that may wait until those before them are written. */
const MOST_WAITING_BYTES = 256 << 20;

/** How a command reads its input. */
export interface Reading {
  readonly inputs: RangeInputs;
  readonly fhirVersion: FhirVersion;
  /** Its engines read the inputs. */
  readonly pool: Pick<EnginePool, 'run' | 'size'>;
  readonly malformedLines: MalformedLines;
}

/**
 * Evaluates views in this process.
 *
 * @throws UsageError for a pipe that would have to be read more than once; what `runViews` throws
 */
export async function runHere(
  { inputs, fhirVersion, pool, malformedLines }: Reading,
  what: Pick<RunOrder, 'views' | 'bases' | 'engine' | 'format' | 'header' | 'compression' | 'mostRows'>,
  openSink: (view: number) => Promise<RowSink>,
  signal: AbortSignal,
): Promise<RunReport> {
  const limits = { rangesAtOnce: pool.size, waitingBytes: MOST_WAITING_BYTES };
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
