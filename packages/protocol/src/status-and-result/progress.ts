import type { ExportRecord } from '@millrace/export';

/** The counts that progress is computed from. */
export type ProgressRecord = Pick<
  ExportRecord,
  'startedAt' | 'acceptedAt' | 'shardsTotal' | 'shardsDone' | 'bytesTotal' | 'bytesRead' | 'rowsWritten'
>;

/** Whole per cent of the input read, 0 to 99: only the manifest is 100. */
export function percentDone({ bytesTotal, bytesRead }: ProgressRecord): number {
  return bytesTotal <= 0 ? 0 : Math.max(0, Math.min(99, Math.floor((bytesRead / bytesTotal) * 100)));
}

/** Text for `X-Progress`, under 100 characters. */
export function progressText(record: ProgressRecord): string {
  return `${percentDone(record)}%, ${phase(record)}`;
}

function phase({ startedAt, shardsTotal, shardsDone, rowsWritten }: ProgressRecord): string {
  if (startedAt === undefined) return 'waiting for a worker';
  if (shardsTotal === undefined) return 'planning';
  return shardsDone >= shardsTotal ? 'writing the manifest' : `${rowsWritten} rows written`;
}

/** Less running time than this says nothing about the rest. */
const MIN_OBSERVED_MS = 1000;

/** Seconds until the end at the speed so far, or undefined while there is nothing to tell it from. */
export function secondsRemaining(record: ProgressRecord, now: number): number | undefined {
  const { startedAt, bytesTotal, bytesRead } = record;
  if (startedAt === undefined || bytesRead <= 0 || bytesTotal <= 0) return undefined;
  const elapsed = now - startedAt;
  if (elapsed < MIN_OBSERVED_MS) return undefined;
  return Math.ceil((elapsed * Math.max(0, bytesTotal - bytesRead)) / bytesRead / 1000);
}

/** Bounds of `Retry-After`, in whole seconds. */
export interface PollPace {
  readonly minSeconds: number;
  readonly maxSeconds: number;
}

export const DEFAULT_PACE: PollPace = { minSeconds: 1, maxSeconds: 30 };

/**
 * Seconds for `Retry-After`: half of what is left when that is known, else a tenth of the age, so that short
 * exports are noticed soon and long ones are not polled often.
 */
export function retryAfterSeconds(
  record: ProgressRecord,
  now: number,
  { minSeconds, maxSeconds }: PollPace,
): number {
  const left = secondsRemaining(record, now);
  const wait = left === undefined ? (now - record.acceptedAt) / 10_000 : left / 2;
  return Math.max(minSeconds, Math.min(maxSeconds, Math.ceil(wait)));
}
