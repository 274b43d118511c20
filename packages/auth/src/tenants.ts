import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { SettingsFileError } from './errors.js';
import { isTenant } from './principal.js';

/** Less than a limit of the whole service, for the clients of one tenant. */
const limitsSchema = z.strictObject({
  /** Bytes of a request body, after decompression. */
  bodyBytes: z.int().min(1024).optional(),
  /** Subjects of one export. */
  subjects: z.int().min(1).optional(),
  /** Kick-offs in a minute. */
  kickOffsPerMinute: z.int().min(1).optional(),
  /** Polls of exports that run, in a minute. */
  pollsPerMinute: z.int().min(1).optional(),
  /** Rows, bytes and seconds of one run. */
  runRows: z.int().min(1).optional(),
  runBytes: z.int().min(1).optional(),
  runSeconds: z.number().min(0.1).max(86_400).optional(),
  /** Rows, bytes, files and seconds of one export. */
  exportRows: z.int().min(1).optional(),
  exportBytes: z.int().min(1).optional(),
  exportFiles: z.int().min(1).optional(),
  exportSeconds: z.number().min(0.1).max(31_536_000).optional(),
  /** Decompressed bytes for a stored one of a gzip file. */
  gzipRatio: z.int().min(1).optional(),
  /** Exports that have not ended. */
  exports: z.int().min(1).optional(),
});
export type TenantLimits = z.infer<typeof limitsSchema>;

const tenantSchema = z.strictObject({
  /** Names of the sources that its clients may export. */
  sources: z.array(z.string().min(1)).min(1),
  /** Of these, the source that is meant where a request names none. */
  defaultSource: z.string().optional(),
  limits: limitsSchema.default({}),
});

const tenantsSchema = z.strictObject({
  tenants: z.record(
    z.string().refine(isTenant, 'is no tenant: up to 63 letters, digits and hyphens'),
    tenantSchema,
  ),
});

/** The sources and limits that the clients of a tenant have. */
export type Tenant = z.infer<typeof tenantSchema>;

/** By name. A tenant that is not among them may have nothing. */
export type Tenants = ReadonlyMap<string, Tenant>;

/**
 * Reads the file of tenants: `{"tenants": {"north": {"sources": ["north"]}}}`.
 *
 * @throws SettingsFileError
 */
export async function readTenants(file: string): Promise<Tenants> {
  try {
    const { tenants } = tenantsSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    return new Map(Object.entries(tenants));
  } catch (error) {
    throw new SettingsFileError(file, `is no list of tenants: ${problemOf(error)}`, { cause: error });
  }
}

/** @returns what is wrong with a file, in a line */
export function problemOf(error: unknown): string {
  if (error instanceof z.ZodError) {
    const [issue] = error.issues;
    return issue === undefined ? 'it is empty' : `${issue.path.join('.')} ${issue.message}`;
  }
  if (error instanceof SyntaxError) return 'it is not JSON';
  return error instanceof Error ? error.message : String(error);
}
