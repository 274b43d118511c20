import * as z from 'zod';

/**
 * From what the rows of a ValueSet or ConceptMap were made: artefacts and versions, and no data of patients.
 * https://hl7.org/fhir/uv/sql-on-fhir/terminology-in-sql.html
 */
export const terminologyProvenanceSchema = z
  .object({
    kind: z.enum(['ValueSet', 'ConceptMap']),
    /** The canonical URL that was asked for, with its version if it had one. */
    canonical: z.string(),
    /** URL and version of the artefact that was found, as far as it has them. */
    url: z.string().optional(),
    version: z.string().optional(),
    /** `context`: the request brought it; `stored`: this server stores it. */
    source: z.enum(['context', 'stored', 'terminology-server']),
    /** The FHIR base of the terminology server that gave it, or that expanded it. */
    server: z.string().optional(),
    rows: z.int().min(0),
    /** Of the expansion of a ValueSet. */
    expansion: z
      .object({
        identifier: z.string().optional(),
        timestamp: z.string().optional(),
        /** Versions of code systems are among them, under names such as `used-codesystem`. */
        parameters: z
          .array(
            z.object({ name: z.string(), value: z.union([z.string(), z.number(), z.boolean()]) }).readonly(),
          )
          .readonly(),
      })
      .readonly()
      .optional(),
  })
  .readonly();
export type TerminologyProvenance = z.infer<typeof terminologyProvenanceSchema>;
