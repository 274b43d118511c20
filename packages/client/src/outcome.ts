import * as z from 'zod';

const issueSchema = z.object({
  severity: z.string().optional(),
  code: z.string(),
  diagnostics: z.string().optional(),
  expression: z.array(z.string()).optional(),
});

const outcomeSchema = z.object({
  resourceType: z.literal('OperationOutcome'),
  issue: z.array(issueSchema),
});

/** One issue of an OperationOutcome. */
export type OutcomeIssue = z.infer<typeof issueSchema>;

/** Issues of an error body. A proxy's HTML page or an empty body has none. */
export function issuesOf(body: string): readonly OutcomeIssue[] {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
  const outcome = outcomeSchema.safeParse(json);
  return outcome.success ? outcome.data.issue : [];
}
