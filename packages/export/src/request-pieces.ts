import type { ExportRequest } from './request.js';
import type { SqlRelations } from './sql/sql-relations.js';
import type { Subject } from './subject.js';

/** The JSON of a request, piece by piece: one for each subject and relation. A view that many of them share is written once. */
export function* requestPieces({ subjects, sql, ...head }: ExportRequest): Generator<string> {
  const views = new Map<object, string>();
  yield withoutEnd(head);
  if (sql !== undefined) yield* relationPieces(sql, views);
  yield ',"subjects":[';
  for (const [index, subject] of subjects.entries()) {
    yield `${index === 0 ? '' : ','}${subjectText(subject, views)}`;
  }
  yield ']}';
}

/** @param views the JSON of views that were written */
function subjectText(subject: Subject, views: Map<object, string>): string {
  switch (subject.kind) {
    case 'view':
      return viewedText(subject, views);
    case 'resources':
    case 'deletions':
    case 'blocks':
    case 'sql':
      return JSON.stringify(subject);
    default:
      return subject satisfies never;
  }
}

function* relationPieces(
  { tables, views: sqlViews }: SqlRelations,
  views: Map<object, string>,
): Generator<string> {
  yield ',"sql":{"tables":[';
  for (const [index, table] of tables.entries()) {
    const text = table.kind === 'view' ? viewedText(table, views) : JSON.stringify(table);
    yield `${index === 0 ? '' : ','}${text}`;
  }
  yield '],"views":[';
  for (const [index, view] of sqlViews.entries()) yield `${index === 0 ? '' : ','}${JSON.stringify(view)}`;
  yield ']}';
}

function viewedText<T extends { readonly view: object }>(
  { view, ...rest }: T,
  views: Map<object, string>,
): string {
  const text = views.get(view) ?? JSON.stringify(view);
  views.set(view, text);
  return `${withoutEnd(rest)},"view":${text}}`;
}

/** @param value with at least one member */
function withoutEnd(value: object): string {
  return JSON.stringify(value).slice(0, -1);
}
