import type { Notice } from './notice.js';

/** The result of one view, or of one query, which is of no resource type. */
export interface SubjectRows {
  readonly resourceType?: string;
  /** Whether there was anything to read for its type. */
  readonly hasInput?: boolean;
  readonly rows: number;
}

/** Views that are named one by one. */
const MOST_NAMED = 10;

/**
 * Notices of views and queries without a row, in request order; undefined stands for a subject that is no table. An empty table is right if no resource fits, but a wrong
 * source, a wrong file name or a condition that is never true makes one too.
 */
export function emptyNotices(subjects: readonly (SubjectRows | undefined)[]): readonly Notice[] {
  const empty = [...subjects.entries()].flatMap(([index, subject]) =>
    subject?.rows === 0 ? [[index, subject] as const] : [],
  );
  const named = empty.slice(0, MOST_NAMED).map(([index, subject]): Notice => {
    return { kind: 'no-rows', expression: `subject[${index}]`, diagnostics: emptyText(subject), count: 1 };
  });
  const count = empty.length - named.length;
  return count === 0
    ? named
    : [...named, { kind: 'no-rows', diagnostics: `${count} more tables are empty`, count }];
}

function emptyText({ resourceType, hasInput }: SubjectRows): string {
  if (resourceType === undefined) return 'the query gives no row';
  return hasInput === true
    ? `the table is empty: no ${resourceType} in the input gives a row`
    : `the table is empty: no input holds ${resourceType}`;
}
