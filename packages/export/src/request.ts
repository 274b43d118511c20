import * as z from 'zod';
import { idempotencySchema } from './idempotency.js';
import { noticeSchema } from './notice.js';
import { sqlRelationsSchema } from './sql/sql-relations.js';
import { subjectSchema } from './subject.js';

/**
 * Which resources are exported: those that pass all that is given. Both lists hold ids; a resource passes `patients` when
 * it is in the compartment of one of them, and `groups` when it is in that of a member of one of them.
 */
export const filterSchema = z.object({
  /** A FHIR instant: resources that were changed later. */
  since: z.string().optional(),
  /** A FHIR instant: resources that were changed then or earlier. */
  until: z.string().optional(),
  patients: z.array(z.string()).min(1).optional(),
  groups: z.array(z.string()).min(1).optional(),
  /**
   * Whether older resources pass `since` too that are those of a member who joined a group after it, by the start of
   * the member's period. Absent: they do not.
   */
  joinedLater: z.enum(['include', 'exclude']).optional(),
  /**
   * Whether the export fails if one of `patients` is a member of none of `groups`. Absent: it has nothing of such a
   * patient.
   */
  mustBeMembers: z.boolean().optional(),
});
export type ExportFilter = z.infer<typeof filterSchema>;

/** The wishes of a client of Bulk Data that shape the answers. Code that runs the export reads only whether it may write pages. */
const bulkSchema = z.object({
  /** Major version of the guide (https://hl7.org/fhir/uv/bulkdata/). */
  version: z.literal([3, 4]),
  /** The kick-off URL as it was asked. */
  request: z.string(),
  level: z.enum(['system', 'patient', 'group']),
  /** Whether the client asked for the status of the export apart from that of the answer. */
  separateStatus: z.boolean().optional(),
  /** Parameters that were passed over, as the client allowed. */
  ignored: z.array(z.object({ parameter: z.string(), why: z.string() })),
  organizeOutputBy: z.string().optional(),
  /** Whether the manifest may come in pages, the first ones while the export runs. */
  allowPartialManifests: z.boolean().optional(),
});

/** The form of the rows of a run. A client waits for them, and each subject has one file. */
const runSchema = z.object({
  /** At most this number of rows. Absent: all. */
  limit: z.int().min(0).optional(),
  /** The rows may have this many bytes; a run with more fails. */
  bytes: z.int().min(1).optional(),
  /** In place of the format of the request: a Parameters resource, which no export has. */
  format: z.literal('fhir').optional(),
});

/** Where the limits of the export are less than those of the workers. */
const limitsSchema = z.object({
  rows: z.int().min(1).optional(),
  bytes: z.int().min(1).optional(),
  files: z.int().min(1).optional(),
  /** From the claim of its first step on. */
  seconds: z.number().min(0.1).optional(),
  /** Most decompressed bytes for a stored one of a gzip input. */
  gzipRatio: z.int().min(1).optional(),
});

/** The request of the client, frozen: the content of `request.json`. */
export const exportRequestSchema = z.object({
  /**
   * 2 with `versions`, 3 with `formulas`, 4 with `compression` or `limits`, 5 with `gzip`, `onMismatch`, `partSize`,
   * `partitionBy` or `table`, so that older workers, which do not know of them, leave
   * it to newer ones.
   */
  schemaVersion: z.literal([1, 2, 3, 4, 5]),
  id: z.string(),
  tenant: z.string(),
  client: z.string(),
  /** Which wire operation asked; only `packages/protocol` knows what it means. */
  operation: z.string(),
  /** ISO instant, UTC. */
  acceptedAt: z.iso.datetime(),
  clientTrackingId: z.string().optional(),
  /** The span of the kick-off (https://www.w3.org/TR/trace-context/): all that is done for the export is below it. */
  traceparent: z.string().optional(),
  /** Absent where the client sent no idempotency key. */
  idempotency: idempotencySchema.optional(),
  format: z.enum(['ndjson', 'csv', 'json', 'parquet']),
  /** CSV only. */
  header: z.boolean(),
  /** CSV only: texts that a spreadsheet would take for formulas are made harmless. Absent: they are as they are. */
  formulas: z.literal('text').optional(),
  /** `zstd` is for Parquet, which has Snappy without it. `gzip` is for text: files are stored in it. */
  compression: z.enum(['zstd', 'gzip']).optional(),
  /** Parquet, and tables of SQL: values that do not fit their column become null and are counted. Absent: the export fails. */
  onMismatch: z.literal('null').optional(),
  /** The column of all views, by name, whose values divide each output into partitions. Absent: there are none. */
  partitionBy: z.string().optional(),
  /** Each output becomes the next version of a table of its name. Absent: there are no tables. */
  table: z.object({ format: z.literal('delta'), destination: z.string() }).optional(),
  /** The bytes of content and the rows soon after which a file ends, in place of those of the worker. */
  partSize: z.object({ bytes: z.int().min(1).optional(), rows: z.int().min(1).optional() }).optional(),
  /** Name of the configured source. */
  source: z.string(),
  fhirVersion: z.enum(['R4', 'R5']),
  /** FHIR base URLs of the source, as it declared them. */
  baseUrls: z.array(z.string()).optional(),
  /** Whether the source may hold several versions of a resource, of which only the latest one is exported. */
  versions: z.boolean().optional(),
  subjects: z.array(subjectSchema).min(1),
  /** The relations of the subjects of the kind `sql`. Absent where there are none. */
  sql: sqlRelationsSchema.optional(),
  /** Absent for exports that clients asked for. */
  run: runSchema.optional(),
  /** Where the tenant has less than others. */
  limits: limitsSchema.optional(),
  /** Absent: the whole source. */
  filter: filterSchema.optional(),
  /**
   * How likely mistakes in views were treated. It matters at kick-off only: an accepted view is never refused
   * later.
   */
  handling: z.enum(['strict', 'lenient']).optional(),
  /** Exports of Bulk Data only. */
  bulk: bulkSchema.optional(),
  /** Notices to the client when the export was accepted; the manifest repeats them. */
  notices: z.array(noticeSchema).optional(),
});
export type ExportRequest = z.infer<typeof exportRequestSchema>;

/**
 * The bases behind which absolute references have keys and match filters. A request without them was accepted when every
 * base counted: parts of its output may be written so, and one output keeps one meaning.
 */
export function ownBases({ baseUrls }: Pick<ExportRequest, 'baseUrls'>): 'any' | readonly string[] {
  return baseUrls ?? 'any';
}
