import { mismatchNotices, subjectOfTable, tableOfSubject } from '@millrace/export';
import type { ExportRequest, JobStore, Notice, Part, Plan, TypedTable } from '@millrace/export';
import type { FinishedSubject } from './finished-subject.js';
import { plannedSteps } from './planned-steps.js';

/** Notices of values that became null because they did not fit their column, of outputs and of tables of SQL. */
export async function nulledValues(
  jobs: Pick<JobStore, 'parts'>,
  request: ExportRequest,
  plan: Plan,
  {
    files,
    subjects,
  }: { readonly files: readonly (readonly Part[])[]; readonly subjects: readonly FinishedSubject[] },
): Promise<readonly Notice[]> {
  if (request.onMismatch === undefined) return [];
  const outputs = request.subjects.map(({ name }, subject): TypedTable => {
    const columns = subjects[subject]?.columns ?? [];
    return { title: `the output "${name}"`, subject, columns, parts: files[subject] ?? [] };
  });
  return mismatchNotices([...outputs, ...(await tablesOf(jobs, request, plan))]);
}

async function tablesOf(
  jobs: Pick<JobStore, 'parts'>,
  request: ExportRequest,
  plan: Plan,
): Promise<readonly TypedTable[]> {
  const tables = request.sql?.tables ?? [];
  if (tables.length === 0) return [];
  const found: Part[][] = tables.map(() => []);
  for (const { steps } of plannedSteps(plan)) {
    for (const part of (await jobs.parts(request.id, steps)).flat()) {
      if (tableOfSubject(request, part.subject) === undefined) continue;
      if (part.mismatches !== undefined) found[part.subject - subjectOfTable(request, 0)]?.push(part);
    }
  }
  return tables.map(({ canonical, columns }, at) => ({
    title: `"${canonical}", from which SQL selects,`,
    columns: columns.map(({ name, type }) => ({ name, sqlType: type })),
    parts: found[at] ?? [],
  }));
}
