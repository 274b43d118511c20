import type { ExportRequest } from '@millrace/export';

/** An export has written more than one may. */
export class ExportTooLargeError extends Error {
  override readonly name = 'ExportTooLargeError';

  constructor(what: 'rows' | 'bytes' | 'files', written: number, most: number) {
    super(`the export has written ${written} ${what}; one export may write ${most}`);
  }
}

/** Limits on the output of one export. */
export interface OutputLimits {
  /** 0 means no limit. */
  readonly rows: number;
  readonly bytes: number;
  readonly files: number;
}

/** The limits of one export: those of the worker, and those of its tenant where they are less. */
export function outputLimitsOf(
  usual: OutputLimits,
  { limits = {} }: Pick<ExportRequest, 'limits'>,
): OutputLimits {
  return {
    rows: lesser(usual.rows, limits.rows),
    bytes: lesser(usual.bytes, limits.bytes),
    files: lesser(usual.files, limits.files),
  };
}

/** Of two limits, of which 0 and absent mean none, the lesser one. */
export function lesser(usual: number, own: number | undefined): number {
  if (own === undefined) return usual;
  return usual === 0 ? own : Math.min(usual, own);
}

/** The output of an export up to now. */
interface Written {
  readonly rowsWritten: number;
  readonly bytesWritten: number;
  /** Absent where nothing was written. */
  readonly filesWritten?: number;
}

/** @throws ExportTooLargeError */
export function checkOutput(
  { rowsWritten, bytesWritten, filesWritten = 0 }: Written,
  { rows, bytes, files }: OutputLimits,
): void {
  if (rows > 0 && rowsWritten > rows) throw new ExportTooLargeError('rows', rowsWritten, rows);
  if (bytes > 0 && bytesWritten > bytes) throw new ExportTooLargeError('bytes', bytesWritten, bytes);
  if (files > 0 && filesWritten > files) throw new ExportTooLargeError('files', filesWritten, files);
}
