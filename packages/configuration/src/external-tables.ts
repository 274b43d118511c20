import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { ConfigurationError } from './errors.js';
import { location } from './location.js';
import type { Location } from './location.js';

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

/** As `storageSection` gives them, for all places on S3. */
interface S3Settings {
  readonly endpoint?: string;
  readonly region?: string;
  readonly forcePathStyle?: boolean;
}

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
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    const why = error instanceof SyntaxError ? 'is no JSON' : 'cannot be read';
    throw new ConfigurationError([`EXTERNAL_TABLES_FILE: ${file} ${why}`]);
  }
  const parsed = fileSchema.safeParse(value);
  if (parsed.success) {
    return parsed.data.map((table) =>
      table.place.kind === 's3'
        ? { ...table, place: { ...table.place, ...s3 } }
        : { ...table, place: table.place },
    );
  }
  throw new ConfigurationError(
    parsed.error.issues.map(({ path, message }) => `EXTERNAL_TABLES_FILE: [${path.join('.')}] ${message}`),
  );
}
