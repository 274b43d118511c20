import { z } from 'zod';

/** One read over one resource type that serves several views. */
export const passSchema = z.object({
  resourceType: z.string(),
  /** Indexes of subjects in the request. */
  subjects: z.array(z.int().min(0)).min(1),
});
export type Pass = z.infer<typeof passSchema>;

/** More views in one pass would hold too many open parts at once. */
export const MAX_VIEWS_PER_PASS = 8;

/**
 * Subjects that are evaluated together: those of one resource type, as many as a pass may have.
 *
 * @param resourceTypes resource type of each subject, in request order
 */
export function passesOf(resourceTypes: readonly string[]): Pass[] {
  return [...new Set(resourceTypes)].flatMap((resourceType) =>
    groups(indexesOf(resourceTypes, resourceType), MAX_VIEWS_PER_PASS).map((subjects) => {
      return { resourceType, subjects };
    }),
  );
}

function indexesOf(values: readonly string[], wanted: string): number[] {
  return values.flatMap((value, index) => (value === wanted ? [index] : []));
}

function groups(values: readonly number[], size: number): number[][] {
  const result: number[][] = [];
  for (let at = 0; at < values.length; at += size) result.push(values.slice(at, at + size));
  return result;
}
