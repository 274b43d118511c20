import { LRUCache } from 'lru-cache';

/**
 * Opens something for a tenant when it is first asked for. It stays open for the tenants that asked last: what is opened
 * may be forgotten at any time, and holds nothing that must be closed.
 *
 * @param most tenants for which it is open at a time
 */
export function perTenant<Opened extends object>(
  most: number,
  open: (tenant: string) => Opened,
): (tenant: string) => Opened {
  const opened = new LRUCache<string, Opened>({ max: most });
  return (tenant) => {
    const known = opened.get(tenant) ?? open(tenant);
    opened.set(tenant, known);
    return known;
  };
}
