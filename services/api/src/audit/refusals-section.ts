import { wholeNumberVariable } from '@millrace/configuration';
import * as z from 'zod';

/** The requests that are refused for who sends them, in the audit log. */
export const refusalsSection = z
  .object({
    AUDIT_REFUSALS_PER_MINUTE: wholeNumberVariable({ min: 0, max: 10_000, fallback: 60 }).describe(
      'Most requests in a minute that each API writes into the audit log because it refused them for their token or its scopes, a quarter of them from one address. What is more is counted, and each has its line in the log of the API. 0 writes none.',
    ),
  })
  .transform((env) => ({ mostInMinute: env.AUDIT_REFUSALS_PER_MINUTE }))
  .describe('Refusals in the audit log');
