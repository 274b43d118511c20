import * as z from 'zod';
import { readListFile } from './list-file.js';
import { location, withStore } from './location.js';
import type { Location, S3Settings } from './location.js';

const tableSchema = z.strictObject({
  /** The tenant whose SQL may select from it. */
  tenant: z.string().min(1).default('default'),
  /** By which SQL depends on it: a URL, with `|version` if it has one. */
  canonical: z.string().regex(/^[^\s|]+(?:\|\S+)?$/, 'must be a canonical URL'),
  /** A folder or `s3://bucket/prefix` with Parquet files of one schema. */
  place: location,
});

const fileSchema = z.array(tableSchema).superRefine((tables, context) => {
  const seen = new Set<string>();
  for (const [index, { tenant, canonical }] of tables.entries()) {
    const key = JSON.stringify([tenant, canonical]);
    if (seen.has(key))
      context.addIssue({
        code: 'custom',
        path: [index, 'canonical'],
        message: 'is named twice for its tenant',
      });
    seen.add(key);
  }
});

/** A table that the operator has beside the sources, in Parquet. A place on S3 has all that is needed to open it. */
export type ExternalTable = Omit<z.output<typeof tableSchema>, 'place'> & {
  readonly place: Location & S3Settings;
};

export const externalTablesSection = z
  .object({
    EXTERNAL_TABLES_FILE: z
      .string()
      .min(1)
      .optional()
      .describe(
        'JSON file with the tables that SQL may select from beside views: a list of objects with `canonical`, by which Libraries depend on it, `place`, a folder or `s3://bucket/prefix` with Parquet files of one schema, and `tenant` (by default `default`). API and workers must see the same file and places.',
      ),
  })
  .transform((env) => ({ file: env.EXTERNAL_TABLES_FILE }))
  .describe('External tables');

/** @throws ConfigurationError with all that is wrong with the file */
export async function readExternalTables(
  file: string | undefined,
  s3: S3Settings,
): Promise<readonly ExternalTable[]> {
  if (file === undefined) return [];
  const tables = await readListFile('EXTERNAL_TABLES_FILE', file, fileSchema);
  return tables.map(({ place, ...table }) => ({ ...table, place: withStore(place, s3) }));
}
