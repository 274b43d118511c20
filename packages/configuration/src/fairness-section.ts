import * as z from 'zod';
import { wholeNumberVariable } from './variables.js';

const MOST_TENANTS = 1_000;
const TENANT_CAP = /^([A-Za-z0-9][A-Za-z0-9-]{0,62})=(\d{1,6})$/;

/** Numbers by the name of a tenant. */
const caps = z
  .string()
  .default('')
  .transform((text, context): ReadonlyMap<string, number> => {
    const words = text.split(/\s+/).filter((word) => word !== '');
    const found = new Map<string, number>();
    for (const word of words) {
      const [, tenant, most] = TENANT_CAP.exec(word) ?? [];
      if (tenant === undefined || found.has(tenant)) {
        context.addIssue(`must be tenants and numbers such as north=4, each tenant once; found ${word}`);
        return z.NEVER;
      }
      found.set(tenant, Number(most));
    }
    if (found.size <= MOST_TENANTS) return found;
    context.addIssue(`must name at most ${MOST_TENANTS} tenants`);
    return z.NEVER;
  });

/** How much one tenant may have at a time. Every service must have the same. */
export const fairnessSection = z
  .object({
    TENANT_SHARD_CAP: wholeNumberVariable({ min: 0, max: 1_000_000, fallback: 0 }).describe(
      'Most steps of one tenant that all workers together work on at a time; 0 means no limit.',
    ),
    TENANT_SHARD_CAPS: caps.describe(
      'The same for single tenants, in place of that: names and numbers such as `north=4 south=8`, separated by white space.',
    ),
    TENANT_EXPORT_CAP: wholeNumberVariable({ min: 0, max: 1_000_000, fallback: 0 }).describe(
      'Most exports of one tenant that have not ended; a further kick-off is answered with 429. 0 means no limit.',
    ),
  })
  .transform((env) => ({
    tenantSteps: env.TENANT_SHARD_CAP,
    stepsOfTenants: env.TENANT_SHARD_CAPS,
    tenantExports: env.TENANT_EXPORT_CAP,
  }))
  .describe('Fairness');
