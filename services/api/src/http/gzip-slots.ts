/** Room for files that are compressed while they are sent: each keeps a thread of the pool busy that reads files too. */
export interface GzipSlots {
  /** @returns what gives the room back; undefined when there is none, or none for the tenant */
  enter(tenant: string): (() => void) | undefined;
}

/** @param mostOfTenant of one tenant */
export function createGzipSlots(most: number, mostOfTenant = most): GzipSlots {
  let within = 0;
  const byTenant = new Map<string, number>();
  return {
    enter(tenant) {
      const own = byTenant.get(tenant) ?? 0;
      if (within >= most || own >= mostOfTenant) return undefined;
      within += 1;
      byTenant.set(tenant, own + 1);
      let isWithin = true;
      return () => {
        if (!isWithin) return;
        isWithin = false;
        within -= 1;
        const left = (byTenant.get(tenant) ?? 1) - 1;
        if (left === 0) byTenant.delete(tenant);
        else byTenant.set(tenant, left);
      };
    },
  };
}
