import type { TenantLimits } from '@millrace/auth';
import type { ExportOrder } from '@millrace/export';

/** The limits of a tenant on what one export writes. */
export type TenantExportLimits = Pick<TenantLimits, 'exportRows' | 'exportBytes' | 'exportFiles'>;

/** The limits that an order carries to the workers, which know of no tenants; none where the tenant has none of its own. */
export function exportLimitsOf({
  exportRows: rows,
  exportBytes: bytes,
  exportFiles: files,
}: TenantExportLimits): Pick<ExportOrder, 'limits'> {
  if (rows === undefined && bytes === undefined && files === undefined) return {};
  return {
    limits: {
      ...(rows === undefined ? {} : { rows }),
      ...(bytes === undefined ? {} : { bytes }),
      ...(files === undefined ? {} : { files }),
    },
  };
}
