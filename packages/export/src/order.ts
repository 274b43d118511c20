import type { Owner } from './owner.js';
import type { ExportRequest } from './request.js';

/** An export that can be run, before it has an id and an owner. */
export type ExportOrder = Omit<ExportRequest, 'schemaVersion' | 'id' | 'tenant' | 'client' | 'acceptedAt'>;

/** Gives an order its identity. @param given `acceptedAt` in milliseconds since the epoch */
export function exportRequest(
  order: ExportOrder,
  given: Owner & { readonly id: string; readonly acceptedAt: number },
): ExportRequest {
  const { id, tenant, client, acceptedAt } = given;
  return { schemaVersion: 1, id, tenant, client, acceptedAt: new Date(acceptedAt).toISOString(), ...order };
}
