import { z } from 'zod';
import { wholeNumberVariable } from './variables.js';

/** How much one tenant may have at a time. Every service must have the same. */
export const fairnessSection = z
  .object({
    TENANT_SHARD_CAP: wholeNumberVariable({ min: 0, max: 1_000_000, fallback: 0 }).describe(
      'Most steps of one tenant that are worked on at a time, by all workers together; 0 is no limit.',
    ),
    TENANT_EXPORT_CAP: wholeNumberVariable({ min: 0, max: 1_000_000, fallback: 0 }).describe(
      'Most exports of one tenant that are not over; another kick-off is answered with 429. 0 is no limit.',
    ),
  })
  .transform((env) => ({ tenantSteps: env.TENANT_SHARD_CAP, tenantExports: env.TENANT_EXPORT_CAP }))
  .describe('Fairness');
