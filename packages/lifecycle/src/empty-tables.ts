import { emptyNotices, isReading, readOf, resourceTypeOf } from '@millrace/export';
import type { ExportRequest, Notice, Part, Plan } from '@millrace/export';

/**
 * Notices about tables without rows. An export with a filter gets none, because a filter often leaves tables
 * empty.
 */
export function emptyTables(
  request: ExportRequest,
  plan: Plan,
  files: readonly (readonly Part[])[],
): readonly Notice[] {
  if (request.filter !== undefined) return [];
  const read = new Set(
    plan.stages
      .flat()
      .filter(isReading)
      .map((task) => readOf(plan, task).pass),
  );
  const withInput = new Set([...read].flatMap(({ subjects }) => subjects));
  return emptyNotices(
    request.subjects.map((subject, index) => {
      if (subject.kind !== 'view' && subject.kind !== 'sql') return undefined;
      const rows = (files[index] ?? []).reduce((sum, part) => sum + part.rows, 0);
      if (subject.kind === 'sql') return { rows };
      return { resourceType: resourceTypeOf(subject), hasInput: withInput.has(index), rows };
    }),
  );
}
