import type { TenantLimits } from '@millrace/auth';
import type { ExportOrder } from '@millrace/export';

/** The limits of a tenant on one export. */
export type TenantExportLimits = Pick<
  TenantLimits,
  'exportRows' | 'exportBytes' | 'exportFiles' | 'exportSeconds' | 'gzipRatio'
>;

/** The limits that an order carries to the workers, which know of no tenants; none where the tenant has none of its own. */
export function exportLimitsOf({
  exportRows: rows,
  exportBytes: bytes,
  exportFiles: files,
  exportSeconds: seconds,
  gzipRatio,
}: TenantExportLimits): Pick<ExportOrder, 'limits'> {
  const limits = {
    ...(rows === undefined ? {} : { rows }),
    ...(bytes === undefined ? {} : { bytes }),
    ...(files === undefined ? {} : { files }),
    ...(seconds === undefined ? {} : { seconds }),
    ...(gzipRatio === undefined ? {} : { gzipRatio }),
  };
  return Object.keys(limits).length === 0 ? {} : { limits };
}
