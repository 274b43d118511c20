import { createPartEncoder } from '@millrace/formats';
import type { PartEncoder } from '@millrace/formats';
import type { ViewColumn } from '@millrace/viewdef';

/** Small, so that many can be made one after the other. */
const LIMITS = { rowGroupRows: 1 << 17, rowGroupBytes: 1 << 20 };

/** A Parquet file, or the fault that prevented it. */
export function parquetFile(
  columns: readonly ViewColumn[],
  write: (part: PartEncoder) => void,
): Buffer | string {
  try {
    const part = createPartEncoder({ format: 'parquet', header: false }, columns, LIMITS);
    write(part);
    return Buffer.from(part.finish());
  } catch (error) {
    return String(error);
  }
}
