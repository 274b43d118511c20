import { EXPORT_STATES, OUTCOMES, failureSchema, type ExportRecord } from '@millrace/export';
import type { RedisClient } from '@millrace/redis';
import * as z from 'zod';
import { CorruptStoreError } from './errors.js';
import { jsonText } from './json-text.js';

const count = z.string().regex(/^\d+$/).transform(Number);

/** Undefined when there is no such export. @throws CorruptStoreError */
export async function readRecord(redis: RedisClient, key: string): Promise<ExportRecord | undefined> {
  const hash = await redis.hgetall(key);
  return Object.keys(hash).length === 0 ? undefined : decodeRecord(key, hash);
}

/** The fields of an export's hash that are not the scripts' own. */
const recordSchema = z.object({
  id: z.string(),
  tenant: z.string(),
  client: z.string(),
  isBulk: z
    .literal('1')
    .transform(() => true)
    .optional(),
  state: z.enum(EXPORT_STATES),
  outcome: z.enum(OUTCOMES).optional(),
  acceptedAt: count,
  startedAt: count.optional(),
  progressAt: count.optional(),
  endedAt: count.optional(),
  expiresAt: count.optional(),
  shardsTotal: count.optional(),
  shardsDone: count,
  subjectsDone: count.optional(),
  bytesTotal: count,
  bytesRead: count,
  rowsWritten: count,
  bytesWritten: count,
  filesWritten: count.optional(),
  latestSubject: count.optional(),
  skippedLines: count,
  failure: jsonText(failureSchema).optional(),
});

/**
 * Reads the hash of an export that is there.
 *
 * @throws CorruptStoreError
 */
export function decodeRecord(key: string, hash: Readonly<Record<string, string>>): ExportRecord {
  const decoded = recordSchema.safeParse(hash);
  if (!decoded.success)
    throw new CorruptStoreError(key, z.prettifyError(decoded.error), { cause: decoded.error });
  return withoutAbsent(decoded.data);
}

type Decoded = z.infer<typeof recordSchema>;

/** Absent fields of a parsed object are typed as possibly undefined; the record leaves them out. */
function withoutAbsent(decoded: Decoded): ExportRecord {
  const {
    isBulk,
    outcome,
    startedAt,
    progressAt,
    endedAt,
    expiresAt,
    shardsTotal,
    subjectsDone,
    filesWritten,
    latestSubject,
    failure: failed,
    ...always
  } = decoded;
  return {
    ...always,
    ...(isBulk === undefined ? {} : { isBulk }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(progressAt === undefined ? {} : { progressAt }),
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(shardsTotal === undefined ? {} : { shardsTotal }),
    ...(subjectsDone === undefined ? {} : { subjectsDone }),
    ...(filesWritten === undefined ? {} : { filesWritten }),
    ...(latestSubject === undefined ? {} : { latestSubject }),
    ...(failed === undefined ? {} : { failure: failed }),
  };
}
