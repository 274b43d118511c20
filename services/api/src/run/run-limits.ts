import type { TenantLimits } from '@millrace/auth';

/** Limits of one run. */
export interface RunLimits {
  /** Of the answer, before base64. */
  readonly rows: number;
  readonly bytes: number;
  /** From the start of its evaluation to its last row. */
  readonly timeoutMs: number;
  /** Of gzip files, where it is less than usual: `boundInflation`. */
  readonly gzipRatio?: number;
}

/** The limits of the runs of a tenant, which may have less than others. */
export function runLimitsOf(
  usual: RunLimits,
  { runRows = Infinity, runBytes = Infinity, runSeconds = Infinity, gzipRatio }: TenantRunLimits,
): RunLimits {
  return {
    rows: Math.min(usual.rows, runRows),
    bytes: Math.min(usual.bytes, runBytes),
    timeoutMs: Math.min(usual.timeoutMs, runSeconds * 1000),
    ...(gzipRatio === undefined ? {} : { gzipRatio }),
  };
}

type TenantRunLimits = Pick<TenantLimits, 'runRows' | 'runBytes' | 'runSeconds' | 'gzipRatio'>;

/** A run goes beyond a limit: an export is the way to get its rows. */
export class RunTooCostlyError extends Error {
  override readonly name = 'RunTooCostlyError';

  constructor(what: string) {
    super(`the run ${what}, which is the limit of a run; ask for fewer rows by _limit, or use $sql-export`);
  }
}

export const tooManyRows = ({ rows }: RunLimits): Error =>
  new RunTooCostlyError(`has more than ${rows} rows`);

export const tooManyBytes = ({ bytes }: RunLimits): Error =>
  new RunTooCostlyError(`has rows of more than ${bytes} bytes`);

export const tooLong = ({ timeoutMs }: Pick<RunLimits, 'timeoutMs'>): Error =>
  new RunTooCostlyError(`took longer than ${timeoutMs / 1000} s`);
