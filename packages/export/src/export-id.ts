import { exportPrefix } from './object-keys.js';

/** Whether a text has the form of an export's id: 128 random bits in hex. */
export function isExportId(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text);
}

/** The folder of the export that an object belongs to; undefined for every object of somebody else. */
export function exportFolderOf(
  key: string,
): { readonly tenant: string; readonly exportId: string; readonly prefix: string } | undefined {
  const [tenant, exportId, inside] = key.split('/', 3);
  if (tenant === undefined || exportId === undefined || inside === undefined) return undefined;
  if (tenant.startsWith('_') || !isExportId(exportId)) return undefined;
  return { tenant, exportId, prefix: exportPrefix(tenant, exportId) };
}
