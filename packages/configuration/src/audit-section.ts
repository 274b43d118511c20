import * as z from 'zod';
import { wholeNumberVariable } from './variables.js';

/** The part of the audit log that is not archived yet. */
export const auditSection = z
  .object({
    AUDIT_MAX_UNARCHIVED_BYTES: wholeNumberVariable({
      min: 1 << 16,
      max: 1 << 30,
      fallback: 64 * (1 << 20),
    }).describe(
      'Limit of audit entries that are not archived, in bytes. At this size kick-offs, cancels and downloads are refused with 503; at half of it `audit_archive` warns.',
    ),
  })
  .transform((env) => ({ maxUnarchivedBytes: env.AUDIT_MAX_UNARCHIVED_BYTES }))
  .describe('Audit log');
