import * as z from 'zod';
import { wholeNumberVariable } from './variables.js';

/** How much one tenant may have at a time. Every service must have the same. */
export const fairnessSection = z
  .object({
    TENANT_SHARD_CAP: wholeNumberVariable({ min: 0, max: 1_000_000, fallback: 0 }).describe(
      'Most steps of one tenant that all workers together work on at a time; 0 means no limit.',
    ),
    TENANT_EXPORT_CAP: wholeNumberVariable({ min: 0, max: 1_000_000, fallback: 0 }).describe(
      'Most exports of one tenant that have not ended; a further kick-off is answered with 429. 0 means no limit.',
    ),
  })
  .transform((env) => ({ tenantSteps: env.TENANT_SHARD_CAP, tenantExports: env.TENANT_EXPORT_CAP }))
  .describe('Fairness');
