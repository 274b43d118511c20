import type { ExternalTable } from '@millrace/configuration';
import type { ObjectStore } from '@millrace/storage';

/** The place of an external table, by its tenant and the canonical URL of the configuration. */
export type ExternalStores = (tenant: string, named: string) => Pick<ObjectStore, 'stream'> | undefined;

/** Opens the places of the external tables that the operator names, by `open`. They are only read. */
export function openExternalStores(
  tables: readonly ExternalTable[],
  open: (place: ExternalTable['place']) => Pick<ObjectStore, 'stream'>,
): ExternalStores {
  const keyOf = (tenant: string, named: string): string => JSON.stringify([tenant, named]);
  const stores = new Map(
    tables.map(({ tenant, canonical, place }) => [keyOf(tenant, canonical), open(place)] as const),
  );
  return (tenant, named) => stores.get(keyOf(tenant, named));
}
