import * as z from 'zod';
import { failureSchema } from './failure.js';
import { noticeSchema } from './notice.js';
import type { ExportRequest } from './request.js';
import { terminologyProvenanceSchema } from './sql/terminology-provenance.js';

/** One file of an output, under the name that clients see. */
export const manifestFileSchema = z.object({
  /** Made by `manifestFileName`. */
  name: z.string(),
  key: z.string(),
  rows: z.int().min(0),
  bytes: z.int().min(0),
  sha256: z.string(),
  etag: z.string(),
  /** The content of a file that is stored in gzip; `bytes`, `sha256` and `etag` are of what is stored. */
  unpacked: z.object({ bytes: z.int().min(0), sha256: z.string() }).optional(),
  /** The value of each column by which the output is partitioned, which the file does not have. Absent: it is not. */
  partitionValues: z.record(z.string(), z.string().nullable()).optional(),
  /** Whether the block at its end goes on in the next file of the output. */
  continues: z.literal(true).optional(),
});
export type ManifestFile = z.infer<typeof manifestFileSchema>;

/** Name of the nth file of an output, n from 1. A format is named as the extension of its files. */
export function manifestFileName(output: string, n: number, format: ExportRequest['format']): string {
  return `${output}.part${n}.${format}`;
}

/** A column of the rows of an output, with its types. */
const manifestColumnSchema = z.object({
  name: z.string(),
  /** Absent where it is not known, as for the columns of SQL. */
  fhirType: z.string().optional(),
  /** Whether a cell is a list; the types are those of its entries then. */
  collection: z.boolean(),
  /** That of SQL: ANSI for views, that of its engine for SQL. Absent where the tag of the column names no type that is known. */
  sqlType: z.string().optional(),
  /** The physical type in Parquet, and the logical one in parentheses. Absent for SQL, and where `sqlType` is. */
  parquetType: z.string().optional(),
});
export type ManifestColumn = z.infer<typeof manifestColumnSchema>;

/** A table at a destination of the operator, and its version with the rows of an output. */
const manifestTableSchema = z.object({
  format: z.literal('delta'),
  destination: z.string(),
  name: z.string(),
  version: z.int().min(0),
});
export type ManifestTable = z.infer<typeof manifestTableSchema>;

/** The content of `committed-tables.json`: the version of the table of each output, in request order. */
export const committedTablesSchema = z.array(manifestTableSchema);

const manifestOutputSchema = z.object({
  name: z.string(),
  /** In input order. A view without rows has one empty file; resources and deletions without lines have none. */
  files: z.array(manifestFileSchema),
  /** Which engine made the output, for operators. */
  engine: z.string(),
  /** Columns of its rows, in their order, whatever the format. Absent for resources, and in manifests of versions that did not tell. */
  columns: z.array(manifestColumnSchema).optional(),
  /** The version of a table that has its rows. Absent where none was asked for. */
  table: manifestTableSchema.optional(),
  /** From what the value sets and concept maps were made that its SQL selects from. Absent where there are none. */
  terminology: z.array(terminologyProvenanceSchema).optional(),
});

const common = {
  schemaVersion: z.literal(1),
  exportId: z.string(),
  tenant: z.string(),
  client: z.string(),
  /** The writer of the object. It tells a lost answer of the same writer from a lost race. */
  writtenBy: z.string(),
  acceptedAt: z.iso.datetime(),
  startedAt: z.iso.datetime().optional(),
  endedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
};

/**
 * The commit point of an export: the content of `manifest.json`, created if absent. Either the manifest of a
 * completed export or a tombstone that names another outcome. Nobody ever overwrites it.
 */
export const manifestSchema = z.discriminatedUnion('outcome', [
  z.object({
    ...common,
    outcome: z.literal('completed'),
    outputs: z.array(manifestOutputSchema),
    /** Lines that were passed over, only where the operator chose `skip`. */
    skippedLines: z.int().min(0),
    /** How many stored pages list the files. Absent where the client did not allow pages. */
    pages: z.int().min(0).optional(),
    /** Absent in manifests of versions that had none. */
    notices: z.array(noticeSchema).default([]),
  }),
  z.object({ ...common, outcome: z.literal('failed'), failure: failureSchema }),
  z.object({ ...common, outcome: z.literal('cancelled') }),
]);
export type Manifest = z.infer<typeof manifestSchema>;
export type CompletedManifest = Extract<Manifest, { outcome: 'completed' }>;
