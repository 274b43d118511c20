import * as z from 'zod';

/** Any FHIR resource: only its type is known. */
export const resourceSchema = z.looseObject({ resourceType: z.string().min(1, 'must not be empty') });
export type Resource = z.infer<typeof resourceSchema>;
