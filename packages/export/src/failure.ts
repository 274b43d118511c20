import * as z from 'zod';

/**
 * Why an export failed, as data. The result URL repeats it until the export expires. `code` is a FHIR issue
 * type (https://hl7.org/fhir/valueset-issue-type.html).
 */
export const failureSchema = z.object({
  /** HTTP status of the result: 4xx when the request or its data is at fault, else 5xx. */
  status: z.int().min(400).max(599),
  code: z.string(),
  diagnostics: z.string(),
  expression: z.array(z.string()).optional(),
});
export type Failure = z.infer<typeof failureSchema>;
