import { loadZstd } from './parquet/zstd.js';
import type { FormatOptions } from './part-encoder.js';

/** Loads what encoders of these options need. It is to be awaited on each thread before rows are encoded. */
export async function readyFormat({
  format,
  compression,
}: Pick<FormatOptions, 'format' | 'compression'>): Promise<void> {
  if (format === 'parquet' && compression === 'zstd') await loadZstd();
}
