import type { SqlFault, SqlFaultKind, SqlGraph } from '@millrace/sqlquery';
import type { Fault } from '../errors/fault.js';
import type { ResolvedSubject } from './resolve-subjects.js';

/** A fault that analysis finds in the SQL of a subject, or in that of an SQLView below it. */
export function faultOfSql(
  { kind, message, position }: SqlFault,
  { form }: ResolvedSubject,
  { query, views }: { readonly query: { readonly expression: string }; readonly views: SqlGraph['views'] },
): Fault {
  const { statement, line, column } = position;
  const place = line === undefined ? '' : `line ${line}${column === undefined ? '' : `, column ${column}`}: `;
  const view = views.find(({ id }) => id === statement);
  if (view !== undefined) {
    const { suppliedAs } = view.artefact;
    const diagnostics = `in the SQLView "${view.canonical}": ${place}${message}`;
    return unprocessable(
      kind,
      diagnostics,
      suppliedAs === undefined ? form.expression : inLibrary(suppliedAs, view.expression),
    );
  }
  const { expression = 'Library' } = form;
  const isShown = form.kind === 'inline' || form.expression === undefined;
  return unprocessable(
    kind,
    `${place}${message}`,
    isShown ? inLibrary(expression, query.expression) : expression,
  );
}

/** @param element such as `Library.content[0].data` */
function inLibrary(place: string, element: string): string {
  return element.replace(/^Library/, () => place);
}

function unprocessable(kind: SqlFaultKind, diagnostics: string, expression: string | undefined): Fault {
  return {
    status: 422,
    code: kind === 'too-costly' ? 'too-costly' : 'invalid',
    diagnostics,
    ...(expression === undefined ? {} : { expression }),
  };
}
