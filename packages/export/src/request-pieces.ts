import type { ExportRequest } from './request.js';

/** The JSON of a request, piece by piece: one for each subject. A view that many subjects share is written once. */
export function* requestPieces({ subjects, ...head }: ExportRequest): Generator<string> {
  const texts = new Map<object, string>();
  yield `${withoutEnd(head)},"subjects":[`;
  for (const [index, { view, ...rest }] of subjects.entries()) {
    const text = texts.get(view) ?? JSON.stringify(view);
    texts.set(view, text);
    yield `${index === 0 ? '' : ','}${withoutEnd(rest)},"view":${text}}`;
  }
  yield ']}';
}

/** @param value with at least one member */
function withoutEnd(value: object): string {
  return JSON.stringify(value).slice(0, -1);
}
