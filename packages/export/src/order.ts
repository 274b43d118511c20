import type { Owner } from './owner.js';
import type { ExportRequest } from './request.js';

/** An export that can be run, before it has an id and an owner. */
export type ExportOrder = Omit<ExportRequest, 'schemaVersion' | 'id' | 'tenant' | 'client' | 'acceptedAt'> & {
  /** The Parquet files of `sql.tables` of the kind `rows`, which are stored beside the request. */
  readonly files?: readonly { readonly table: string; readonly bytes: Uint8Array }[];
};

/**
 * Gives an order its identity. An export of Bulk Data has no resources that were changed after it was accepted: that is
 * its transaction time.
 *
 * @param given `acceptedAt` in milliseconds since the epoch
 */
export function exportRequest(
  { files: _stored, ...order }: ExportOrder,
  given: Owner & { readonly id: string; readonly acceptedAt: number },
): ExportRequest {
  const { id, tenant, client, acceptedAt } = given;
  const at = new Date(acceptedAt).toISOString();
  const schemaVersion = versionOf(order);
  const named = { schemaVersion, id, tenant, client, acceptedAt: at, ...order } as const;
  if (order.bulk === undefined) return named;
  const until = order.filter?.until;
  const isEarlier = until !== undefined && Date.parse(until) < acceptedAt;
  return { ...named, filter: { ...order.filter, until: isEarlier ? until : at } };
}

/** The lowest version whose readers understand all that an order has. */
function versionOf({
  compression,
  limits,
  formulas,
  versions,
  onMismatch,
  partitionBy,
  partSize,
  table,
}: Omit<ExportOrder, 'files'>): ExportRequest['schemaVersion'] {
  const known5 = [onMismatch, partitionBy, partSize, table];
  if (compression === 'gzip' || known5.some((wish) => wish !== undefined)) return 5;
  if (compression !== undefined || limits !== undefined) return 4;
  if (formulas !== undefined) return 3;
  return versions === true ? 2 : 1;
}
