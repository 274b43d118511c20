import * as z from 'zod';
import { terminologyProvenanceSchema } from './terminology-provenance.js';

/** A column of a relation: its name and type as DuckDB and Parquet know it, such as `VARCHAR[]`. */
const columnSchema = z.object({ name: z.string(), type: z.string() });

/** The facts about each table: `id` is unique among the tables and views of an export, `canonical` is `url|version`. */
const tableShape = { id: z.string(), canonical: z.string(), columns: z.array(columnSchema) };

/**
 * A table that SQL selects from.
 *
 * - `view`: the rows of a ViewDefinition over the source. The export makes them, as Parquet, once.
 * - `rows`: rows that were stored as Parquet when the export was accepted: those of a ValueSet or a ConceptMap.
 * - `external`: Parquet files that the operator has beside the sources, pinned when the export was accepted. Their place is in the
 *   configuration, by tenant and canonical URL.
 */
const tableSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('view'), ...tableShape, view: z.record(z.string(), z.unknown()) }),
  z.object({
    kind: z.literal('rows'),
    ...tableShape,
    rows: z.int().min(0),
    bytes: z.int().min(0),
    /** Of the stored file, in hexadecimal digits. */
    sha256: z.string(),
    /** Where the content came from, as the result tells it. */
    provenance: terminologyProvenanceSchema,
  }),
  z.object({
    kind: z.literal('external'),
    ...tableShape,
    /** The canonical URL by which the configuration names it: the dependency may have named no version. */
    named: z.string(),
    files: z.array(z.object({ key: z.string(), bytes: z.int().min(0), etag: z.string() }).readonly()),
  }),
]);
export type SqlRelationTable = z.infer<typeof tableSchema>;

const statementShape = {
  /** As its author wrote it. */
  sql: z.string(),
  /** The label that the SQL uses for each table or view, with the id of that. */
  names: z.record(z.string(), z.string()),
};

const sqlStatementSchema = z.object(statementShape);

/** An SQLView: a query that other queries select from. */
const viewSchema = z.object({ id: z.string(), canonical: z.string(), ...statementShape });

/** All that the SQL subjects of an export select from, each once. */
export const sqlRelationsSchema = z.object({
  tables: z.array(tableSchema),
  /** Each stands behind those that it depends on. */
  views: z.array(viewSchema),
});
export type SqlRelations = z.infer<typeof sqlRelationsSchema>;

/** A value for a parameter of a query: `:name` in its SQL. */
const boundValueSchema = z.object({
  name: z.string(),
  /** Code of the declared FHIR type. */
  type: z.string(),
  /** Null where the request gives none. Text keeps the digits of a decimal or a large integer. */
  value: z.union([z.string(), z.number(), z.boolean(), z.null()]),
});

/** An SQLQuery or SQLView whose rows are asked for. */
export const sqlSubjectShape = {
  /** Canonical URL and version of its Library, as far as it has them. */
  url: z.string().optional(),
  version: z.string().optional(),
  query: sqlStatementSchema,
  values: z.array(boundValueSchema),
  /** Of its rows, as analysis found them. */
  columns: z.array(columnSchema),
};
