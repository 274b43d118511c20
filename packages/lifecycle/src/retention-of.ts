import type { ExportRequest } from '@millrace/export';

/** The process that waits for a run removes it. If it dies, the rows are of no use to anybody. */
const RUN_MS = 10 * 60_000;

/** How long the result of an export stays after its end, in ms. */
export function retentionOf(
  { run }: Pick<ExportRequest, 'run'>,
  { retentionMs }: { readonly retentionMs: number },
): number {
  return run === undefined ? retentionMs : Math.min(RUN_MS, retentionMs);
}
