import type { Notice } from './notice.js';
import type { Part } from './part.js';

/** A table whose values may have become null: an output, or a table that SQL selects from. */
export interface TypedTable {
  /** As a notice says it: `the output "patients"`. */
  readonly title: string;
  /** The subject that it is the output of. */
  readonly subject?: number;
  readonly columns: readonly { readonly name: string; readonly sqlType?: string | undefined }[];
  readonly parts: readonly Pick<Part, 'mismatches'>[];
}

/** Columns that are named one by one. */
const MOST_NAMED = 20;

/** Notices of values that did not fit their column and became null, as the request wished, once for each column. */
export function mismatchNotices(tables: readonly TypedTable[]): readonly Notice[] {
  const found = tables.flatMap(({ title, subject, columns, parts }) =>
    columns.flatMap(({ name, sqlType }, at): (Notice & { readonly count: number })[] => {
      const count = parts.reduce((sum, { mismatches }) => sum + (mismatches?.[at] ?? 0), 0);
      if (count === 0) return [];
      const type = sqlType === undefined ? 'its type' : `the type ${sqlType}`;
      const diagnostics = `values of the column "${name}" of ${title} that do not fit ${type} became null: ${count}`;
      const expression = subject === undefined ? {} : { expression: `subject[${subject}]` };
      return [{ kind: 'mismatch', diagnostics, ...expression, count }];
    }),
  );
  const others = found.slice(MOST_NAMED);
  if (others.length === 0) return found;
  const count = others.reduce((sum, one) => sum + one.count, 0);
  const diagnostics = `values of ${others.length} more columns that do not fit their types became null: ${count}`;
  return [...found.slice(0, MOST_NAMED), { kind: 'mismatch', diagnostics, count }];
}
