import type { Compilation } from '@millrace/compilation';
import { createDefinitions, createRedisDefinitionCache } from '@millrace/definitions';
import { createRedisJobStore } from '@millrace/jobstore';
import type { RedisJobStore } from '@millrace/jobstore';
import { rebuildingReads } from '@millrace/lifecycle';
import type { Events } from '@millrace/observability';
import type { RedisClient } from '@millrace/redis';
import type { Sink } from '@millrace/storage';
import type { Tenancy } from './auth/tenant-sources.js';
import { checkResource } from './check-resource.js';
import type { ApiConfig } from './config.js';
import type { FindExternal } from './external/external-tables.js';
import { perTenant } from './per-tenant.js';
import { createTenantRates } from './tenant-rate.js';
import { createTerminology } from './terminology/terminology-resolver.js';

/** Tenants whose definitions are kept in memory. */
const TENANTS_OPEN = 16;
/** How long a listing of the stored definitions counts. */
const DEFINITIONS_COMPLETE_MS = 60_000;

interface TenantPorts {
  readonly redis: RedisClient;
  /** The store of tenants that have no limits of their own. */
  readonly jobs: RedisJobStore;
  readonly store: Sink;
  readonly compilation: Pick<Compilation, 'check'>;
  /** The tables of a tenant beside its sources. */
  readonly findExternalOf: (tenant: string) => FindExternal;
  readonly rebuilding: Parameters<typeof rebuildingReads>[1];
  readonly events: Pick<Events, 'terminologyResolved'>;
}

/** Builds what each tenant has for itself: its definitions, its terminology, its exports, and how often it may ask. */
export function composeTenants(
  config: ApiConfig,
  { limitsOf }: Pick<Tenancy, 'limitsOf'>,
  { redis, jobs, store, compilation, findExternalOf, rebuilding, events }: TenantPorts,
) {
  const { prefix } = config.redis;
  const definitionsOf = perTenant(TENANTS_OPEN, (tenant) =>
    createDefinitions({
      store,
      cacheOf: (type) =>
        createRedisDefinitionCache({ redis, prefix, tenant, type, completeForMs: DEFINITIONS_COMPLETE_MS }),
      tenant,
      checkResource: checkResource(compilation, config.storage.fhirVersion, tenant),
      mostBytes: config.definitions.mostBytes,
      now: Date.now,
    }),
  );
  const terminology = createTerminology(config.terminology, events);
  const terminologyOf = perTenant(TENANTS_OPEN, (tenant) =>
    terminology({
      tenant,
      versionsOf: (url) => definitionsOf(tenant).versionsOf(url),
      findExternal: findExternalOf(tenant),
    }),
  );
  const jobsOf = perTenant(TENANTS_OPEN, (tenant) => {
    const { exports } = limitsOf(tenant);
    const limits = { ...config.fairness, ...(exports === undefined ? {} : { tenantExports: exports }) };
    const own = exports === undefined ? jobs : createRedisJobStore({ redis, prefix, limits });
    return rebuildingReads(own, rebuilding, tenant);
  });
  const rates = createTenantRates(
    { redis, prefix, limitsOf },
    { kickOffs: config.kickOff.perMinute, polls: config.polling.perMinute },
  );
  return { definitionsOf, terminologyOf, jobsOf, rates };
}
