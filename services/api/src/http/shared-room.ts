/** A number of bytes that all share, of which each tenant has a share at most. */
export interface SharedRoom {
  /** Whether there is any. */
  isLeft(tenant: string): boolean;
  hasLeft(tenant: string, bytes: number): boolean;
  /** @param bytes less than 0 gives them back */
  take(tenant: string, bytes: number): void;
}

export function createSharedRoom(most: number, mostOfTenant: number): SharedRoom {
  let taken = 0;
  /** Those that have some. */
  const byTenant = new Map<string, number>();
  const ofTenant = (tenant: string): number => byTenant.get(tenant) ?? 0;
  return {
    isLeft: (tenant) => taken < most && ofTenant(tenant) < mostOfTenant,
    hasLeft: (tenant, bytes) => taken + bytes <= most && ofTenant(tenant) + bytes <= mostOfTenant,
    take(tenant, bytes) {
      taken += bytes;
      const left = ofTenant(tenant) + bytes;
      if (left === 0) byTenant.delete(tenant);
      else byTenant.set(tenant, left);
    },
  };
}
