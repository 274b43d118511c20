import { ScopeRefusedError } from '@millrace/auth';
import type { TenantLimits, Tenants } from '@millrace/auth';
import { ConfigurationError } from '@millrace/configuration';
import type { SourceChoice } from '@millrace/protocol';

/** Which sources there are, for whom. */
export interface Tenancy {
  /** The sources that the clients of a tenant may choose from. @throws ScopeRefusedError for a tenant that is not known */
  of(tenant: string): SourceChoice;
  /** Where it has less than others. */
  limitsOf(tenant: string): TenantLimits;
  /** Those that everybody is told of: no tenant is told of the sources of another one. */
  readonly published: SourceChoice;
  /** The resource types of these. */
  publishedTypes(): Promise<readonly string[]>;
}

/** Where it depends on the tenant which sources there are. */
const NO_SOURCES: SourceChoice = { sources: new Map(), defaultSource: undefined };

/**
 * @param tenants undefined: the only tenant has all sources
 * @param types that all sources have files of
 * @throws ConfigurationError when tenants are given sources that there are not
 */
export function tenantSources(
  all: SourceChoice,
  tenants: Tenants | undefined,
  types: () => Promise<readonly string[]>,
): Tenancy {
  if (tenants === undefined)
    return {
      of: () => all,
      limitsOf: () => ({}),
      published: all,
      publishedTypes: types,
    };
  const problems: string[] = [];
  const choices = new Map<string, SourceChoice>();
  for (const [tenant, { sources, defaultSource }] of tenants) {
    const missing = sources.filter((name) => !all.sources.has(name));
    if (missing.length > 0)
      problems.push(
        `AUTH_TENANTS_FILE gives the tenant ${tenant} sources that are not in MILLRACE_DATA: ${missing.map((name) => JSON.stringify(name)).join(', ')}`,
      );
    if (defaultSource !== undefined && !sources.includes(defaultSource))
      problems.push(
        `AUTH_TENANTS_FILE gives the tenant ${tenant} a defaultSource that is none of its sources`,
      );
    const own = new Map([...all.sources].filter(([name]) => sources.includes(name)));
    const [only, ...others] = own.keys();
    const usual =
      all.defaultSource !== undefined && own.has(all.defaultSource) ? all.defaultSource : undefined;
    choices.set(tenant, {
      sources: own,
      defaultSource: defaultSource ?? usual ?? (others.length === 0 ? only : undefined),
    });
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return {
    published: NO_SOURCES,
    publishedTypes: () => Promise.resolve([]),
    limitsOf: (tenant) => tenants.get(tenant)?.limits ?? {},
    of(tenant) {
      const choice = choices.get(tenant);
      if (choice === undefined)
        throw new ScopeRefusedError('the tenant of the token has no sources here', '');
      return choice;
    },
  };
}
