import type { ExportRequest } from '@millrace/export';
import type { CutLimits } from '@millrace/run';

/** When files of an export end: as its client wished, else as the worker has it. */
export function partLimits(limits: CutLimits, { partSize = {} }: Pick<ExportRequest, 'partSize'>): CutLimits {
  const { bytes = limits.partBytes, rows = limits.partRows } = partSize;
  return { ...limits, partBytes: bytes, partRows: rows };
}
