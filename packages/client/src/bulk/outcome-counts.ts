import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import * as z from 'zod';

const outcomeSchema = z.looseObject({ issue: z.array(z.looseObject({ severity: z.string() })) });

/** How many OperationOutcomes a file has, and how many issues of each severity. */
export interface OutcomeCounts {
  readonly outcomes: number;
  readonly issues: ReadonlyMap<string, number>;
}

/** Counts the OperationOutcomes of the error files of an export. A line of another form counts without severity. */
export async function countOutcomes(paths: readonly string[]): Promise<OutcomeCounts> {
  let outcomes = 0;
  const issues = new Map<string, number>();
  for (const path of paths) {
    for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
      if (line.trim() === '') continue;
      outcomes += 1;
      for (const severity of severitiesIn(line)) issues.set(severity, (issues.get(severity) ?? 0) + 1);
    }
  }
  return { outcomes, issues };
}

function severitiesIn(line: string): readonly string[] {
  try {
    return outcomeSchema.parse(JSON.parse(line)).issue.map(({ severity }) => severity);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return [];
    throw error;
  }
}
