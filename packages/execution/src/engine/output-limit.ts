/** Bytes of the rows of one resource, beyond those that a part may have anyway. They are in memory until it is done. */
export const MOST_RESOURCE_BYTES = 256 << 20;

/** One resource has more rows than a thread should keep. */
export class ResourceOutputError extends Error {
  override readonly name = 'ResourceOutputError';

  constructor() {
    super(`gives rows of more than ${MOST_RESOURCE_BYTES >> 20} MiB, which is as much as one resource may`);
  }
}

/** An export has written more than one may. */
export class ExportTooLargeError extends Error {
  override readonly name = 'ExportTooLargeError';

  constructor(what: 'rows' | 'bytes', written: number, most: number) {
    super(`the export has written ${written} ${what}; one export may write ${most}`);
  }
}

export interface OutputLimits {
  /** 0 is no limit. */
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
