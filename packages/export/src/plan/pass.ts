import * as z from 'zod';

/** One read over one resource type that serves several views, or one subject of another kind. */
export const passSchema = z.object({
  resourceType: z.string(),
  /** Indexes of subjects in the request, or of its tables, as `subjectOfTable` counts them. */
  subjects: z.array(z.int().min(0)).min(1),
});
export type Pass = z.infer<typeof passSchema>;

/** A subject as passes see it. */
export interface PassSubject {
  readonly resourceType: string;
  /** Whether it shares its read with no other subject. */
  readonly isAlone: boolean;
  /** Whether its rows are for queries: they have a format of their own, and no pass with rows for clients. */
  readonly isTable?: boolean;
}

/** More views in one pass would hold too many open parts at once. */
export const MAX_VIEWS_PER_PASS = 8;

/** Subjects that are read together: those of one resource type, as many as a pass may have. In request order. */
export function passesOf(subjects: readonly PassSubject[]): Pass[] {
  const resourceTypes = new Set(subjects.map(({ resourceType }) => resourceType));
  return [...resourceTypes].flatMap((resourceType) => {
    const ofType = [...subjects.entries()].filter(([, subject]) => subject.resourceType === resourceType);
    const those = (isOne: (subject: PassSubject) => boolean): number[] =>
      ofType.flatMap(([index, subject]) => (isOne(subject) ? [index] : []));
    const tables = those(({ isTable }) => isTable === true);
    const alone = those(({ isAlone }) => isAlone);
    const together = those(({ isAlone, isTable }) => !isAlone && isTable !== true);
    return [
      ...groups(tables, MAX_VIEWS_PER_PASS),
      ...groups(together, MAX_VIEWS_PER_PASS),
      ...groups(alone, 1),
    ].map((indexes) => ({ resourceType, subjects: indexes }));
  });
}

function groups(values: readonly number[], size: number): number[][] {
  const result: number[][] = [];
  for (let at = 0; at < values.length; at += size) result.push(values.slice(at, at + size));
  return result;
}
