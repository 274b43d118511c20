import type { ExportRequest } from './request.js';
import type { Subject } from './subject.js';

/** The JSON of a request, piece by piece: one for each subject. A view that many subjects share is written once. */
export function* requestPieces({ subjects, ...head }: ExportRequest): Generator<string> {
  const views = new Map<object, string>();
  yield `${withoutEnd(head)},"subjects":[`;
  for (const [index, subject] of subjects.entries()) {
    yield `${index === 0 ? '' : ','}${subjectText(subject, views)}`;
  }
  yield ']}';
}

/** @param views the JSON of views that were written */
function subjectText(subject: Subject, views: Map<object, string>): string {
  switch (subject.kind) {
    case 'view': {
      const { view, ...rest } = subject;
      const text = views.get(view) ?? JSON.stringify(view);
      views.set(view, text);
      return `${withoutEnd(rest)},"view":${text}}`;
    }
    case 'resources':
    case 'deletions':
    case 'blocks':
      return JSON.stringify(subject);
    default:
      return subject satisfies never;
  }
}

/** @param value with at least one member */
function withoutEnd(value: object): string {
  return JSON.stringify(value).slice(0, -1);
}
