const SHARE = 3 / 4;

/** The most that one tenant takes of room that all share: where there are others, they always find some of it. */
export function tenantShare(most: number, tenants: number): number {
  return tenants > 1 ? Math.max(1, Math.floor(most * SHARE)) : most;
}
