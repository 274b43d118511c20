import * as z from 'zod';
import type { IssueCode } from './declared.js';

/** One issue of an OperationOutcome. https://hl7.org/fhir/R4/operationoutcome.html */
export interface OutcomeIssue {
  readonly severity?: string | undefined;
  /** Of the value set of FHIR, unless a server makes codes up. */
  readonly code: IssueCode | (string & Record<never, never>);
  /** The text for people: `diagnostics`, or `details.text` where there are none. */
  readonly diagnostics?: string | undefined;
  /** Elements of the request that it is about, such as `subject[1].subjectReference`. */
  readonly expression?: readonly string[] | undefined;
}

/** Issues of another form are left out: an error is told all the same. */
const issueSchema = z.object({
  severity: z.string().optional().catch(undefined),
  code: z.string().catch('unknown'),
  diagnostics: z.string().optional().catch(undefined),
  details: z.object({ text: z.string().optional() }).optional().catch(undefined),
  expression: z.array(z.string()).optional().catch(undefined),
});

const outcomeSchema = z.object({
  resourceType: z.literal('OperationOutcome'),
  issue: z.array(issueSchema),
});

/** Issues of an error body. A proxy's HTML page or an empty body has none. */
export function issuesOf(body: string): readonly OutcomeIssue[] {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
  return issuesIn(json);
}

/** Issues of an OperationOutcome; none of anything else. */
export function issuesIn(json: unknown): readonly OutcomeIssue[] {
  const outcome = outcomeSchema.safeParse(json);
  if (!outcome.success) return [];
  return outcome.data.issue.map(({ details, diagnostics = details?.text, ...issue }) => ({
    ...issue,
    ...(diagnostics === undefined ? {} : { diagnostics }),
  }));
}
