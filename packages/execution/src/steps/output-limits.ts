/** An export has written more than one may. */
export class ExportTooLargeError extends Error {
  override readonly name = 'ExportTooLargeError';

  constructor(what: 'rows' | 'bytes', written: number, most: number) {
    super(`the export has written ${written} ${what}; one export may write ${most}`);
  }
}

/** Limits on the output of one export. */
export interface OutputLimits {
  /** 0 means no limit. */
  readonly rows: number;
  readonly bytes: number;
}

/** @throws ExportTooLargeError */
export function checkOutput(
  { rowsWritten, bytesWritten }: { readonly rowsWritten: number; readonly bytesWritten: number },
  { rows, bytes }: OutputLimits,
): void {
  if (rows > 0 && rowsWritten > rows) throw new ExportTooLargeError('rows', rowsWritten, rows);
  if (bytes > 0 && bytesWritten > bytes) throw new ExportTooLargeError('bytes', bytesWritten, bytes);
}
