import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import * as z from 'zod';

const outcomeSchema = z.looseObject({
  issue: z.array(
    z.looseObject({
      severity: z.string(),
      diagnostics: z.string().optional(),
      details: z.looseObject({ text: z.string().optional() }).optional(),
    }),
  ),
});

/** Texts that are shown; a server may say the same thousands of times. */
const MOST_TEXTS = 3;

/** How many OperationOutcomes a file has, and how many issues of each severity. */
export interface OutcomeCounts {
  readonly outcomes: number;
  readonly issues: ReadonlyMap<string, number>;
  /** The first few different texts. */
  readonly texts: readonly string[];
}

/** Counts the OperationOutcomes of the error files of an export. A line of another form counts without severity. */
export async function countOutcomes(paths: readonly string[]): Promise<OutcomeCounts> {
  let outcomes = 0;
  const issues = new Map<string, number>();
  const texts = new Set<string>();
  for (const path of paths) {
    for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
      if (line.trim() === '') continue;
      outcomes += 1;
      for (const { severity, diagnostics, details } of issuesIn(line)) {
        issues.set(severity, (issues.get(severity) ?? 0) + 1);
        const text = diagnostics ?? details?.text;
        if (text !== undefined && texts.size < MOST_TEXTS) texts.add(text);
      }
    }
  }
  return { outcomes, issues, texts: [...texts] };
}

function issuesIn(line: string): z.infer<typeof outcomeSchema>['issue'] {
  try {
    return outcomeSchema.parse(JSON.parse(line)).issue;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return [];
    throw error;
  }
}
